import pytest

from casework.figures.memory import make_room


@pytest.mark.parametrize("most", [1, 2, 7])
def test_a_memory_never_holds_more_than_its_limit(most: int) -> None:
    memory: dict[int, int] = {}
    for number in range(20):
        make_room(memory, most)
        memory[number] = number
        assert len(memory) <= most
        assert number in memory
