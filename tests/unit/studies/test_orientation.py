from casework.studies.orientation import STUDY


def test_orientation_reads_no_data() -> None:
    assert STUDY.contract is None
    assert STUDY.notebook.is_file()
