from casework.cli.checkup import checkup


def test_the_checkup_looks_at_what_reports_need() -> None:
    rows = checkup()
    names = {row["what"] for row in rows}
    assert {"Python", "pandas", "Jupyter kernel python3", "font with Chinese characters"} <= names
    assert all(row["ok"] or row["fix"] for row in rows)
