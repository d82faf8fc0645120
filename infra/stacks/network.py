"""Two zones with private subnets; egress by instance or gateway; endpoints for what every function talks to."""

from __future__ import annotations

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.function import retention
from infra.constructs.nag import acknowledge
from infra.stages import Egress, Stage

INTERFACE_ENDPOINTS = {
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
    "Events": ec2.InterfaceVpcEndpointAwsService.EVENTBRIDGE,
    "Secrets": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
}


class NetworkStack(Stack):
    """VPC, the functions' security group, endpoints, flow logs."""

    def __init__(self, scope: Construct, id: str, stage: Stage) -> None:
        super().__init__(scope, id)
        private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=1 if stage.egress is Egress.INSTANCE else 2,
            nat_gateway_provider=self._nat_instance() if stage.egress is Egress.INSTANCE else None,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24),
                ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20),
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3, subnets=[private])
            },
        )
        self.functions = ec2.SecurityGroup(self, "Functions", vpc=self.vpc, description="Lambda functions of Relevo")
        self._endpoints(stage)
        self._flow_logs(stage)

    def _nat_instance(self) -> ec2.NatInstanceProviderV2:
        provider = ec2.NatProvider.instance_v2(
            instance_type=ec2.InstanceType("t4g.nano"),
            default_allowed_traffic=ec2.NatTrafficDirection.OUTBOUND_ONLY,
            credit_specification=ec2.CpuCredits.STANDARD,
        )
        self._nat = provider
        return provider

    def _endpoints(self, stage: Stage) -> None:
        group = ec2.SecurityGroup(self, "Endpoints", vpc=self.vpc, description="AWS services inside the VPC")
        group.add_ingress_rule(self.functions, ec2.Port.tcp(443), "functions call AWS")
        for name, service in INTERFACE_ENDPOINTS.items():
            self.vpc.add_interface_endpoint(
                name,
                service=service,
                open=False,
                security_groups=[group],
                subnets=ec2.SubnetSelection(subnets=self.vpc.private_subnets[: stage.endpoint_zones]),
            )
        if stage.egress is Egress.INSTANCE:
            self._nat.connections.allow_from(self.functions, ec2.Port.tcp(443), "functions reach the internet")
            self._finish_instance()

    def _finish_instance(self) -> None:
        disk = ec2.CfnInstance.EbsProperty(encrypted=True, volume_type="gp3", volume_size=8)
        for gateway in self._nat.gateway_instances:
            instance = gateway.node.default_child
            assert isinstance(instance, ec2.CfnInstance)
            instance.block_device_mappings = [
                ec2.CfnInstance.BlockDeviceMappingProperty(device_name="/dev/xvda", ebs=disk)
            ]
            acknowledge(gateway, "AwsSolutions-EC28", "A NAT instance of a trial stage; prod has NAT gateways")
            acknowledge(gateway, "AwsSolutions-EC29", "It holds no data and is remade by a deployment")

    def _flow_logs(self, stage: Stage) -> None:
        group = logs.LogGroup(self, "Flow", retention=retention(stage), removal_policy=RemovalPolicy.DESTROY)
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
