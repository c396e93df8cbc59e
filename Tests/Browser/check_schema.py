"""Validates documents against a JSON Schema: check_schema.py SCHEMA FILE...

A file that ends in .ndjson holds one document a line. Findings go to standard output; the exit status is 1 if there are
any.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator


def documents(path):
    text = path.read_text()
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in text.splitlines() if line]
    return [json.loads(text)]


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    count, findings = 0, 0
    for path in map(pathlib.Path, sys.argv[2:]):
        for document in documents(path):
            count += 1
            for error in validator.iter_errors(document):
                findings += 1
                print(f"{path.name}: {error.json_path}: {error.message}")
    print(json.dumps({"documents": count, "findings": findings}))
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
