"""Lists of Prefect's API that are longer than one answer."""

import pytest

from tasks.every_page import PAGE, every_page


@pytest.mark.parametrize("length", [0, 1, PAGE, PAGE + 1, 3 * PAGE])
async def test_a_list_is_read_to_its_end(length: int) -> None:
    """However long it is, each item is given once, in order."""

    async def read(offset: int) -> list[int]:
        return list(range(length))[offset : offset + PAGE]

    assert await every_page(read) == list(range(length))
