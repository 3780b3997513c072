"""JSON, GitHub and SARIF: what scripts, annotations and code scanning read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shapecheck.diagnostics.diagnostic import Diagnostic
from shapecheck.diagnostics.span import Span
from shapecheck.report import as_json, github, sarif
from shapecheck.report.places import Lines
from tests.report.findings import BASE, MISMATCH, MODELS, TRAIN, finding, outcome, span

LINES = Lines({f"{BASE}/models.py": MODELS.encode(), f"{BASE}/train.py": TRAIN.encode()})
IN_CELL = finding("SHP103", "words", Span(f"{BASE}/nb.ipynb:cell 3", 2, 5, 2, 9))
REVEALED = finding("SHP901", "shape (2, t)", span(1, 1, 2), data={"shape": [2, "t"], "dtype": "float32"})


def test_json_has_exactly_the_published_fields() -> None:
    (record,) = json.loads(as_json.render(outcome(MISMATCH), base=BASE))
    assert record == {
        "code": "SHP101",
        "name": "feature-size-mismatch",
        "severity": "error",
        "message": "LSTM expects 3136 input features, got 12544",
        "path": "models.py",
        "line": 12,
        "column": 16,
        "end_line": 12,
        "end_column": 41,
        "related": [
            {"path": "models.py", "line": 8, "column": 40, "message": "input_size = 64*7*7 = 3136"},
            {
                "path": "models.py",
                "line": 11,
                "column": 13,
                "message": "12544 = 64*14*14: x.flatten turns (8, 64, 14, 14) into (8, 12544)",
            },
            {"path": "train.py", "line": 3, "column": 1, "message": "called from here"},
        ],
        "help": ["input_size=64*14*14 (12544) matches the features that arrive here"],
        "fix": {
            "safe": False,
            "description": "replace by 64 * 14 * 14",
            "edits": [
                {
                    "path": "models.py",
                    "line": 8,
                    "column": 40,
                    "end_line": 8,
                    "end_column": 46,
                    "text": "64 * 14 * 14",
                }
            ],
        },
        "data": {},
    }


def test_json_of_a_notebook_names_the_file_and_the_cell() -> None:
    (record,) = json.loads(as_json.render(outcome(IN_CELL), base=BASE))
    assert (record["path"], record["cell"], record["line"]) == ("nb.ipynb", 3, 2)


def test_json_without_findings_is_an_empty_array() -> None:
    assert as_json.render(outcome(), base=BASE) == "[]\n"


def test_json_with_statistics_is_an_object() -> None:
    report = json.loads(as_json.render(outcome(REVEALED), base=BASE, stats=True))
    assert report["diagnostics"][0]["data"] == {"shape": [2, "t"], "dtype": "float32"}
    assert report["stats"] == {
        "files": 2,
        "lines": 15,
        "models": 1,
        "operations": 4,
        "understood": 3,
        "shapes_known": 3,
        "seconds": 0.25,
        "not_understood": {"torch.load is unknown": 1},
    }


@pytest.mark.parametrize(
    ("diagnostic", "line"),
    [
        (
            MISMATCH._replace(help=()),
            "::error title=SHP101 feature-size-mismatch,"
            "file=models.py,line=12,endLine=12,col=16,endColumn=41::"
            "LSTM expects 3136 input features, got 12544",
        ),
        (
            finding("SHP301", "50% of a:b,c", Span(f"{BASE}/a,b.py", 1, 2, 3, 4), help=("do it",)),
            "::warning title=SHP301 reshape-relabels-axes,"
            "file=a%2Cb.py,line=1,endLine=3::50%25 of a:b,c%0Ahelp: do it",
        ),
        (IN_CELL, "::error title=SHP103 wrong-rank,file=nb.ipynb::cell 3, line 2: words"),
        (
            REVEALED,
            "::notice title=SHP901 reveal-shape,"
            "file=models.py,line=1,endLine=1,col=1,endColumn=2::shape (2, t)",
        ),
    ],
)
def test_github_commands_are_escaped(diagnostic: Diagnostic, line: str) -> None:
    assert github.command(diagnostic, BASE) == line
    assert github.render(outcome(diagnostic), base=BASE).splitlines()[0] == line


def log(*diagnostics: Diagnostic, crashed: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sarif.render(outcome(*diagnostics, crashed=crashed), LINES, base=BASE))
    return found


def test_sarif_says_where_why_and_how_to_mend() -> None:
    (run,) = log(MISMATCH)["runs"]
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "models.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 12, "startColumn": 16, "endLine": 12, "endColumn": 41}
    assert [place["message"]["text"] for place in result["relatedLocations"]][-1] == "called from here"
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "64 * 14 * 14"}
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("SHP101", "feature-size-mismatch")
    assert run["columnKind"] == "unicodeCodePoints"


def test_sarif_fingerprints_tell_equal_lines_apart_and_survive_moving() -> None:
    def fingerprints(*lines: int) -> list[str]:
        files = {f"{BASE}/a.py": "\n".join("f(x)" if line in lines else "" for line in range(1, 20)).encode()}
        found = [finding("SHP101", "words", span(line, 1, 5, "a.py")) for line in lines]
        report = json.loads(sarif.render(outcome(*found), Lines(files), base=BASE))
        return [
            result["partialFingerprints"]["primaryLocationLineHash"]
            for result in report["runs"][0]["results"]
        ]

    assert len(set(fingerprints(1, 2))) == 2
    assert fingerprints(1, 2) == fingerprints(5, 9)


def test_sarif_addresses_are_relative_below_the_base_and_escaped() -> None:
    inside = finding("SHP101", "words", Span(f"{BASE}/a b\udce9.py", 1, 1, 1, 2))
    outside = finding("SHP101", "words", Span("/else where/a.py", 1, 1, 1, 2))
    places = [
        result["locations"][0]["physicalLocation"] for result in log(inside, outside)["runs"][0]["results"]
    ]
    assert [place["artifactLocation"] for place in places] == [
        {"uri": "a%20b%E9.py", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///else%20where/a.py"},
    ]


def test_sarif_of_a_notebook_names_the_cell_and_no_line_of_the_file() -> None:
    (result,) = log(IN_CELL)["runs"][0]["results"]
    assert result["message"]["text"].startswith("cell 3, line 2: ")
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_sarif_of_a_crash_says_that_the_run_did_not_succeed() -> None:
    assert log(crashed=True)["runs"][0]["invocations"] == [{"executionSuccessful": False}]


# The parts of the SARIF 2.1.0 schema that a log of ours uses; additional properties are refused as there.
_TEXT = {"type": "object", "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}}}
_REGION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        name: {"type": "integer", "minimum": 1}
        for name in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
_ARTIFACT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["uri"],
    "properties": {"uri": {"type": "string", "pattern": "^[^\\s\\\\]+$"}, "uriBaseId": {"type": "string"}},
}
_LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": 0},
        "message": _TEXT,
        "logicalLocations": {"type": "array"},
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {"artifactLocation": _ARTIFACT, "region": _REGION},
        },
    },
}
_RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": {**_TEXT, "required": ["text"]},
        "locations": {"type": "array", "minItems": 1, "items": _LOCATION},
        "relatedLocations": {"type": "array", "items": _LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "fixes": {"type": "array", "items": {"type": "object", "required": ["artifactChanges"]}},
        "properties": {"type": "object"},
    },
}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "tool": {"type": "object", "required": ["driver"]},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "invocations": {"type": "array", "items": {"required": ["executionSuccessful"]}},
                    "results": {"type": "array", "items": _RESULT},
                    "properties": {"type": "object"},
                },
            },
        },
    },
}


@pytest.mark.parametrize("found", [(), (MISMATCH,), (MISMATCH, IN_CELL, REVEALED)])
def test_sarif_keeps_to_the_schema(found: tuple[Diagnostic, ...]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    report = log(*found)
    jsonschema.validate(report, _SCHEMA)
    rules = report["runs"][0]["tool"]["driver"]["rules"]
    assert all(
        rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in report["runs"][0]["results"]
    )
