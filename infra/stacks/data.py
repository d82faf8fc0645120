"""What outlives a deployment: database, media, and secrets."""

from __future__ import annotations

import json

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.function import retention
from infra.constructs.nag import acknowledge
from infra.database import PLANNING
from infra.stacks.network import NetworkStack
from infra.stages import Stage

DATABASE_PORT = 5432
PARAMETERS = {"rds.force_ssl": "1", "log_min_duration_statement": "500", **PLANNING}
"""TLS for everyone; statements slower than half a second are logged."""


class DataStack(Stack):
    """Bucket and secrets everywhere; the database instance and its proxy where there is a network."""

    database: rds.DatabaseInstance | None = None
    proxy: rds.DatabaseProxy | None = None

    def __init__(self, scope: Construct, id: str, stage: Stage, network: NetworkStack | None) -> None:
        super().__init__(scope, id)
        self._kept = RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY
        self.media = self._bucket(stage)
        self.secrets: dict[str, secretsmanager.ISecret] = {
            "meta": self._provider_secret(
                "Meta", f"relevo/{stage.name}/meta", {"app_secret": "", "access_token": ""}, "verify_token"
            ),
            "llm": self._provider_secret(
                "Llm", f"relevo/{stage.name}/llm", {"api_key": "", "base_url": "", "model": ""}, "unused"
            ),
            "vin": self._provider_secret("Vin", f"relevo/{stage.name}/vin", {"api_key": ""}, "unused"),
            "auth": self._signing_secret(stage),
            "social": self._provider_secret("Social", f"relevo/{stage.name}/social", {}, "unused"),
        }
        if network is None:
            # The environment that runs the database writes its URL here before the deployment.
            self.secrets["database"] = secretsmanager.Secret.from_secret_name_v2(
                self, "DatabaseSecret", f"relevo/{stage.name}/database"
            )
        else:
            self._database(stage, network)

    def _bucket(self, stage: Stage) -> s3.Bucket:
        private = {
            "encryption": s3.BucketEncryption.S3_MANAGED,
            "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
            "enforce_ssl": True,
            "removal_policy": self._kept,
        }
        access = s3.Bucket(
            self, "AccessLogs", lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(90))], **private
        )
        acknowledge(access, "AwsSolutions-S1", "It is the bucket that access logs are written to")
        media = s3.Bucket(
            self,
            "Media",
            versioned=True,
            # Browsers put pictures and videos of posts here themselves, by signed addresses only.
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.PUT], allowed_origins=["*"], allowed_headers=["content-type"]
                )
            ],
            server_access_logs_bucket=access,
            server_access_logs_prefix="media/",
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="Age",
                    transitions=[
                        s3.Transition(
                            storage_class=s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                            transition_after=Duration.days(stage.media_glacier_days),
                        )
                    ],
                    noncurrent_version_expiration=Duration.days(30),
                    abort_incomplete_multipart_upload_after=Duration.days(2),
                )
            ],
            **private,
        )
        # The construct's own `event_bridge_enabled` would bring a Lambda of the CDK's to set this one property.
        made: s3.CfnBucket = media.node.default_child  # type: ignore[assignment]
        made.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
        )
        return media

    def _provider_secret(self, id: str, name: str, template: dict[str, str], generated: str) -> secretsmanager.Secret:
        """A secret whose values the operator puts in; later deployments leave them alone."""
        secret = secretsmanager.Secret(
            self,
            id,
            secret_name=name,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps(template), generate_string_key=generated, exclude_punctuation=True
            ),
            removal_policy=self._kept,
        )
        acknowledge(secret, "AwsSolutions-SMG4", "Issued by a provider that has no way to rotate it from here")
        return secret

    def _signing_secret(self, stage: Stage) -> secretsmanager.Secret:
        """What people's access tokens are signed with. To rotate it, move the key to `previous_key` and put in a new
        one: tokens live ten minutes, functions read the secret again when they meet a signature they do not know."""
        secret = secretsmanager.Secret(
            self,
            "Auth",
            secret_name=f"relevo/{stage.name}/auth",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"previous_key": ""}),
                generate_string_key="signing_key",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=self._kept,
        )
        acknowledge(secret, "AwsSolutions-SMG4", "Rotated by the operator, with the former key kept until it is unused")
        return secret

    def _database(self, stage: Stage, network: NetworkStack) -> None:
        group = ec2.SecurityGroup(
            self, "DatabaseGroup", vpc=network.vpc, description="Relevo database", allow_all_outbound=False
        )
        private = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS)
        identifier = f"relevo-{stage.name}"
        log = logs.LogGroup(
            self,
            "DatabaseLog",
            log_group_name=f"/aws/rds/instance/{identifier}/postgresql",
            retention=retention(stage),
            removal_policy=self._kept,
        )
        engine = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_9)
        self.database = rds.DatabaseInstance(
            self,
            "Database",
            engine=engine,
            instance_type=ec2.InstanceType(stage.database_instance),
            credentials=rds.Credentials.from_generated_secret("relevo"),
            database_name="relevo",
            vpc=network.vpc,
            vpc_subnets=private,
            security_groups=[group],
            port=DATABASE_PORT,
            parameter_group=rds.ParameterGroup(self, "Parameters", engine=engine, parameters=PARAMETERS),
            allocated_storage=stage.database_storage_gb,
            max_allocated_storage=stage.database_storage_max_gb,
            storage_type=rds.StorageType.GP3,
            storage_encrypted=True,
            multi_az=stage.database_multi_az,
            backup_retention=Duration.days(stage.database_backup_days),
            copy_tags_to_snapshot=True,
            deletion_protection=stage.protected,
            removal_policy=RemovalPolicy.SNAPSHOT,
            auto_minor_version_upgrade=True,
            ca_certificate=rds.CaCertificate.RDS_CA_RSA2048_G1,
            cloudwatch_logs_exports=["postgresql"],
            instance_identifier=identifier,
            database_insights_mode=rds.DatabaseInsightsMode.STANDARD,
            enable_performance_insights=True,
        )
        self.database.node.add_dependency(log)  # else RDS makes the group itself, kept for ever
        self.database.add_rotation_single_user(automatically_after=Duration.days(stage.database_rotation_days))
        self.database.connections.allow_from(
            network.functions, ec2.Port.tcp(DATABASE_PORT), "migrate goes round the proxy"
        )
        self.secrets["database"] = self.database.secret  # type: ignore[assignment]
        self.proxy = self.database.add_proxy(
            "Proxy",
            vpc=network.vpc,
            vpc_subnets=private,
            secrets=[self.database.secret],  # type: ignore[list-item]
            require_tls=True,
            # Prepared statements tie a connection to its function: one that sleeps must not keep it from the others.
            idle_client_timeout=Duration.minutes(2),
            max_connections_percent=90,
        )
        self.proxy.connections.allow_from(network.functions, ec2.Port.tcp(DATABASE_PORT), "functions reach the proxy")
        self._acknowledge_database(stage)

    def _acknowledge_database(self, stage: Stage) -> None:
        assert self.database is not None
        acknowledge(
            self.database,
            "AwsSolutions-RDS11",
            "Only the functions' security group reaches it, in private subnets: another port would hide nothing",
        )
        if not stage.database_multi_az:
            acknowledge(self.database, "AwsSolutions-RDS3", "A trial stage; prod is Multi-AZ")
        if not stage.protected:
            acknowledge(self.database, "AwsSolutions-RDS10", "A trial stage goes with its data; prod is protected")
