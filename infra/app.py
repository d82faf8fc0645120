"""The CDK app: the stacks of one stage, chosen by `-c stage=`, judged by cdk-nag while they are synthesized."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import App, Stack, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra import stages
from infra.stacks.api import ApiStack
from infra.stacks.data import DataStack
from infra.stacks.functions import FunctionsStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.network import NetworkStack
from infra.stacks.observability import ObservabilityStack
from infra.stages import Stage


@dataclass(frozen=True)
class Stacks:
    """What was built; on the laptop there is no network."""

    network: NetworkStack | None
    data: DataStack
    messaging: MessagingStack
    api: ApiStack
    functions: FunctionsStack
    observability: ObservabilityStack

    def all(self) -> list[Stack]:
        """The stacks there are, in the order of their deployment."""
        ordered = (self.network, self.data, self.messaging, self.api, self.functions, self.observability)
        return [stack for stack in ordered if stack is not None]


def build(app: App, stage: Stage) -> Stacks:
    """Add the stacks of a stage to an app."""

    def named(part: str) -> str:
        return f"relevo-{stage.name}-{part}"

    network = None if stage.is_local else NetworkStack(app, named("network"), stage)
    data = DataStack(app, named("data"), stage, network)
    messaging = MessagingStack(app, named("messaging"), stage, data.media)
    api = ApiStack(app, named("api"), stage)
    functions = FunctionsStack(app, named("functions"), stage, network, data, messaging, api)
    observability = ObservabilityStack(app, named("observability"), stage, data, messaging, api, functions)
    stacks = Stacks(network, data, messaging, api, functions, observability)
    for stack in stacks.all():
        for tag, value in {"app": "relevo", "stage": stage.name}.items():
            Tags.of(stack).add(tag, value, exclude_resource_types=["AWS::RDS::DBProxyTargetGroup"])  # it takes no tags
        stack.termination_protection = stage.protected
    if not stage.is_local:
        judge(app)
    return stacks


def judge(app: App) -> None:
    """A finding of cdk-nag's AwsSolutions pack that nobody gave a reason for makes the synthesis fail."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))


def main() -> None:
    app = App()
    build(app, stages.load(app.node.try_get_context("stage") or "dev"))
    app.synth()


if __name__ == "__main__":
    main()
