from casework.runner.hashing import package_sha256
from casework.runner.manifest import build, environment, now
from casework.runner.plan import Plan, make_request
from casework.runner.supervise import Outcome


def test_a_manifest_says_what_went_in_and_hides_secrets() -> None:
    request = make_request("orientation")
    plan = Plan(
        request=request,
        shown={"module": "x://u:hunter2@h"},
        data=None,
        run_id="a-1",
        key={"notebook": "n"},
        secrets=("hunter2",),
    )
    outcome = Outcome("failed", "ValueError", "no hunter2", 3)
    content = build(
        plan,
        outcome,
        started=now(),
        seconds=1.234,
        outputs="o",
        results="r",
        cells={"code": 1, "executed": 0},
        problems=[],
        location=None,
    )
    assert "hunter2" not in str(content)
    assert content["hashes"]["package"] == package_sha256()
    assert content["status"] == "failed"
    assert content["seconds"] == 1.23
    assert content["started"].endswith("+00:00")


def test_the_environment_names_the_packages_that_make_the_numbers() -> None:
    assert {"numpy", "pandas", "scipy"} <= set(environment()["packages"])
