import pytest

from casework.core.errors import DataError
from casework.teach.grading.class_list import (
    import_students,
    listed_students,
    read_class_list,
    read_students,
    write_students,
)
from casework.teach.grading.course import new_course


def saved(folder, data):
    path = folder / "list.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


CHINESE = "学号,姓名,邮箱\n20230001,张三,zhang@x.cn\n20230002,李四,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_chinese_headings(tmp_path, encoding):
    rows = read_class_list(saved(tmp_path, CHINESE.encode(encoding)))
    assert rows == (
        {"id": "20230001", "name": "张三", "email": "zhang@x.cn"},
        {"id": "20230002", "name": "李四", "email": ""},
    )


@pytest.mark.parametrize(
    "text",
    [
        "id,name,email\nu1,Ann Lee,a@x\n",
        "id;name;email\r\nu1;Ann Lee;a@x\r\n\r\n",
        "First name\tSurname\tID number\tEmail address\nAnn\tLee\tu1\ta@x\n",
        '\ufeff"Name","Student ID",Grade,E-Mail\n"Ann Lee", u1 ,1.0,a@x\n',
        "\n\nusername,Full Name,email\n u1 , Ann Lee ,a@x\n,,\n",
    ],
)
def test_what_registries_write(tmp_path, text):
    assert read_class_list(saved(tmp_path, text)) == ({"id": "u1", "name": "Ann Lee", "email": "a@x"},)


def test_all_problems_at_once_with_their_lines(tmp_path):
    text = "id,name\n../up,\nu1,Ann\nU1,Other\n2.023E+07,\n20230001.0,\n=cmd(),\n,Nobody\nu2," + "x" * 300 + "\n"
    with pytest.raises(DataError, match=r"id '\.\./up'") as caught:
        read_class_list(saved(tmp_path, text))
    said = str(caught.value)
    assert [line.split(":")[0].rpartition(" ")[2] for line in said.splitlines()] == ["2", "5", "6", "7", "8", "9", "4"]
    assert said.count("a spreadsheet has made a number of it") == 1
    assert "'U1' is there twice. See line 3." in said


def test_a_damaged_number_that_could_be_a_folder_is_named(tmp_path):
    with pytest.raises(DataError, match=r"'20230001\.0': a spreadsheet"):
        read_class_list(saved(tmp_path, "id\n20230001.0\n"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"name,email\nann,\n", "no column id; the columns are 'name', 'email'"),
        (b"PK\x03\x04 a workbook", "Save the table as CSV"),
        (
            b"id,name\nu1,a\xff\xfe\x80b\xe5\xbc\xa0\xe4\xb8\x89\xe6\x9d\x8e\xe5\x9b\x9b\xe7\x8e\x8b\xe4\xba\x94" * 3,
            "UTF-8",
        ),
        (b"id,name\nu1,\x1b[31mred\n", "not a text of one line"),
    ],
)
def test_what_is_no_class_list(tmp_path, data, said):
    with pytest.raises(DataError, match=said):
        read_class_list(saved(tmp_path, data))
    with pytest.raises(DataError, match="cannot be read"):
        read_class_list(tmp_path / "none.csv")


def test_names_that_are_formulas_stay_texts(tmp_path):
    course = new_course(tmp_path / "course")
    assert import_students(course, saved(tmp_path, 'id,name\nu1,"=HYPERLINK(""x"")"\nu2,@lice\n')) == 2
    assert read_students(course)[0]["name"] == '=HYPERLINK("x")'
    text = (course / "students.csv").read_text(encoding="utf-8")
    assert "'=HYPERLINK" in text
    assert ",'@lice" in text
    write_students(course, read_students(course))
    assert (course / "students.csv").read_text(encoding="utf-8") == text


def test_a_wrong_list_leaves_the_old_one(tmp_path):
    course = new_course(tmp_path / "course")
    import_students(course, saved(tmp_path, "id\nann\n"))
    with pytest.raises(DataError, match="there twice"):
        import_students(course, saved(tmp_path, "id\nbob\nbob\n"))
    assert listed_students(course) == ("ann",)
    assert listed_students(tmp_path) == ()
    assert read_class_list(saved(tmp_path, "")) == ()
