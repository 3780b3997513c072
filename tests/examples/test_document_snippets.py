"""The fifteen snippets of the five documents that the seeds follow: exactly the known mistakes are found.

The documents lie beside the repository, not in it; where they are absent these tests are skipped, and the
same mistakes are covered by `examples/broken`.
"""

from __future__ import annotations

import re

import pytest

from tests.examples.catalogue import ROOT
from tests.examples.linting import by_path, lint

DOCUMENTS = ROOT.parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not DOCUMENTS.is_dir(), reason="the documents are not on this machine")

# document and snippet -> each finding with texts of the lines where it may stand: the call or its constructor
EXPECTED: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "001_1": [
        ("SHP101", ("self.lstm(x)", "self.lstm = nn.LSTM(")),
        ("SHP301", ("x.view(batch_size, height * width, channels)",)),
    ],
    "001_3": [("SHP101", ("self.lstm(x)", "self.lstm = nn.LSTM("))],
    "004_3": [("SHP109", ("pooled_output.shape[3]",))],
}


def snippets() -> dict[str, str]:
    """Every Python block of the documents, as `001_3`: the document's number, the block's place in it."""
    found: dict[str, str] = {}
    for document in sorted(DOCUMENTS.glob("*.txt")):
        blocks = re.findall(
            r"^```python\n(.*?)^```", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        found |= {f"{document.name[:3]}_{place}": block for place, block in enumerate(blocks, start=1)}
    return found


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """For each snippet the 1xx and 3xx findings: the code and the text of the line."""
    folder = tmp_path_factory.mktemp("snippets").resolve()
    for label, source in snippets().items():
        (folder / f"{label}.py").write_text(source, "utf-8")
    diagnostics = by_path(lint(folder))
    return {
        label: [
            (entry["code"], source.splitlines()[entry["line"] - 1])
            for entry in diagnostics.get(folder / f"{label}.py", [])
            if entry["code"].startswith(("SHP1", "SHP3"))
        ]
        for label, source in snippets().items()
    }


def test_fifteen_snippets_are_extracted() -> None:
    assert sorted(snippets()) == [f"{document:03}_{place}" for document in range(5) for place in (1, 2, 3)]


@pytest.mark.parametrize("label", snippets())
def test_snippet_has_exactly_the_known_mistakes(
    label: str, findings: dict[str, list[tuple[str, str]]]
) -> None:
    expected = EXPECTED.get(label, [])
    found = sorted(findings[label])
    assert [code for code, _ in found] == [code for code, _ in expected], found
    for (_, line), (_, places) in zip(found, expected, strict=True):
        assert any(place in line for place in places), line
