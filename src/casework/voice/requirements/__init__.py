"""From what customers say to what can be measured: kinds, statements, sources, critical-to-quality trees."""

from casework.voice.requirements.agreement import RuleAgreement, rule_agreement
from casework.voice.requirements.ctq import CtqTree, ctq_tree
from casework.voice.requirements.ctq_capability import CtqCapability, ctq_capability, dpmo_of, sigma_level
from casework.voice.requirements.kinds import RequirementKinds, classify_requirements, kinds_of_requirement
from casework.voice.requirements.rule_words import RuleWords, rule_words
from casework.voice.requirements.sources import HearingChance, interviews_needed, voice_sources
from casework.voice.requirements.statements import RULES, StatementCheck, check_statements

__all__ = [
    "RULES",
    "CtqCapability",
    "CtqTree",
    "HearingChance",
    "RequirementKinds",
    "RuleAgreement",
    "RuleWords",
    "StatementCheck",
    "check_statements",
    "classify_requirements",
    "ctq_capability",
    "ctq_tree",
    "dpmo_of",
    "interviews_needed",
    "kinds_of_requirement",
    "rule_agreement",
    "rule_words",
    "sigma_level",
    "voice_sources",
]
