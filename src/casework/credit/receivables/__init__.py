"""Receivables: the ledger, ageing, roll rates, days sales outstanding, warning rules and their back-test."""
