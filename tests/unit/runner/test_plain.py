import json
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg
from nbformat.validator import NotebookValidationError
from papermill.engines import NotebookExecutionManager

from casework.runner.plain import PlainClient, client_options


def client_of_one_cell() -> PlainClient:
    manager = NotebookExecutionManager(
        new_notebook(cells=[new_code_cell("go")], metadata={"papermill": {}}), progress_bar=False
    )
    manager.notebook_start()
    client = PlainClient(manager)
    client.clear_before_next_output = False
    return client


SHOWN = [
    {"data": {"text/plain": "x", "image/png": "aGk="}, "metadata": {"casework": {"kind": "figure"}}},
    {"data": {"application/vnd.casework.result+json": {"rows": [[1, None]]}, "text/html": ""}, "metadata": {}},
    {"data": {}, "metadata": {}},
    {"data": {"text/plain": ["in", "lines"]}, "metadata": {}},
    {"data": {"text/plain": "x"}, "metadata": {"nested": [{"a": 1}]}, "transient": {"display_id": "d"}},
]


@pytest.mark.parametrize("kind", ["display_data", "execute_result"])
@pytest.mark.parametrize(("content", "plain"), zip(SHOWN, [True, True, True, False, False], strict=True))
def test_what_is_shown_is_what_nbclient_makes_of_it(kind: str, content: dict[str, Any], plain: bool) -> None:
    content = content | ({"execution_count": 3} if kind == "execute_result" else {})
    client = client_of_one_cell()
    outputs: list[Any] = []
    said = {"msg_type": kind, "header": {"msg_type": kind}, "parent_header": {}, "content": content}
    client.output(outputs, said, content.get("transient", {}).get("display_id"), 0)
    wanted = output_from_msg(said)
    assert outputs == [wanted]
    assert json.dumps(outputs[0]) == json.dumps(wanted)
    assert type(outputs[0].data) is type(wanted.data)
    assert client.all_plain is plain


def test_an_output_that_is_no_output_is_refused() -> None:
    client = client_of_one_cell()
    content = {"data": {"text/plain": 3}, "metadata": {}}
    said = {"msg_type": "display_data", "header": {"msg_type": "display_data"}, "parent_header": {}, "content": content}
    with pytest.raises(NotebookValidationError, match="3"):
        client.output([], said, None, 0)


def test_an_output_that_waits_for_the_next_one_is_cleared_by_it() -> None:
    client = client_of_one_cell()
    client.clear_before_next_output = True
    outputs: list[Any] = ["old"]
    content = {"data": {"text/plain": "new"}, "metadata": {}}
    said = {"msg_type": "display_data", "header": {"msg_type": "display_data"}, "parent_header": {}, "content": content}
    client.output(outputs, said, None, 0)
    assert [item.data["text/plain"] for item in outputs] == ["new"]


def test_options_get_the_names_that_the_client_knows() -> None:
    given = {"start_timeout": 9, "input_path": "a", "execution_timeout": 3, "timeout_func": len}
    assert client_options(given) == {"startup_timeout": 9, "timeout": 3, "timeout_func": len}
    assert client_options({}) == {"startup_timeout": 60}
