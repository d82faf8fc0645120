"""The synthesized templates, with the questions the tests ask of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Resource:
    """One resource of one stack."""

    stack: str
    id: str
    type: str
    properties: dict[str, Any]
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stack}/{self.id}"


class Templates:
    """The stacks of a stage."""

    def __init__(self, stage: str, folder: Path) -> None:
        self.stage, self.folder = stage, folder

    @cached_property
    def stacks(self) -> dict[str, dict[str, Any]]:
        """Templates by the stack's part: `network`, `data`, `functions` …"""
        files = sorted(self.folder.glob("*.template.json"))
        return {file.name.split(".")[0].rpartition("-")[2]: json.loads(file.read_text()) for file in files}

    @cached_property
    def resources(self) -> list[Resource]:
        return [
            Resource(stack, id, body["Type"], body.get("Properties", {}), body)
            for stack, template in self.stacks.items()
            for id, body in template["Resources"].items()
        ]

    def of_type(self, type: str) -> list[Resource]:
        """Resources of one CloudFormation type, in all stacks."""
        return [resource for resource in self.resources if resource.type == type]

    def called(self, type: str, key: str, name: str) -> Resource:
        """The one resource of a type whose property `key` is `name`."""
        (found,) = (resource for resource in self.of_type(type) if resource.properties.get(key) == name)
        return found

    def function(self, name: str) -> Resource:
        """The Lambda of a function of the catalogue."""
        return self.called("AWS::Lambda::Function", "FunctionName", f"relevo-{self.stage}-{name}")

    def queue(self, name: str) -> Resource:
        """The queue of the catalogue with this name."""
        return self.called("AWS::SQS::Queue", "QueueName", f"relevo-{self.stage}-{name}")

    def in_same_stack(self, beside: Resource, reference: dict[str, Any]) -> Resource:
        """What a `Ref` or `Fn::GetAtt` in a resource points at."""
        id = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
        (found,) = (resource for resource in self.resources if resource.stack == beside.stack and resource.id == id)
        return found

    def target(self, beside: Resource, value: Any) -> Resource:
        """What a reference points at, through an export of another stack where it must."""
        if isinstance(value, dict) and "Fn::ImportValue" in value:
            for stack, template in self.stacks.items():
                for output in template.get("Outputs", {}).values():
                    if output.get("Export", {}).get("Name") == value["Fn::ImportValue"]:
                        return self.target(Resource(stack, "", "", {}, {}), output["Value"])
        return self.in_same_stack(beside, value)
