"""Every queue keeps the promises of the design, whoever adds it."""

from __future__ import annotations

from infra import catalog
from tests.infra.templates import Templates


def test_every_queue_of_the_catalogue_exists_and_no_other(anywhere: Templates) -> None:
    # Given the catalogue
    names = {f"relevo-{anywhere.stage}-{queue.name}" for queue in catalog.queues()}
    # When the stacks are synthesized
    made = {queue.properties["QueueName"] for queue in anywhere.of_type("AWS::SQS::Queue")}
    # Then its queues are there, each with its dead letters
    base = {name.removesuffix(".fifo") for name in names}
    dead = {f"{name}-dead.fifo" if f"{name}.fifo" in names else f"{name}-dead" for name in base}
    assert made == names | dead


def test_every_queue_gives_up_into_a_queue_of_its_own_kind_after_five_tries_or_more(anywhere: Templates) -> None:
    for entry in catalog.queues():
        # Given a queue of the catalogue
        queue = anywhere.queue(entry.name)
        # When it gives a message up
        policy = queue.properties["RedrivePolicy"]
        dead = anywhere.in_same_stack(queue, policy["deadLetterTargetArn"])
        # Then not too soon, and a FIFO queue into a FIFO queue
        assert policy["maxReceiveCount"] >= 5, queue
        assert dead.properties.get("FifoQueue", False) is entry.fifo, queue
        assert dead.properties["MessageRetentionPeriod"] == 14 * 24 * 3600, dead


def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_run(anywhere: Templates) -> None:
    for entry in catalog.queues():
        # Given a queue and the function that empties it
        visibility = anywhere.queue(entry.name).properties["VisibilityTimeout"]
        timeout = anywhere.function(entry.function.name).properties["Timeout"]
        # Then AWS's rule holds
        assert visibility >= 6 * timeout, entry.name


def test_every_mapping_reports_partial_failures_and_is_bounded(anywhere: Templates) -> None:
    # Given the mappings from queues to functions
    mappings = anywhere.of_type("AWS::Lambda::EventSourceMapping")
    # Then there is one a queue, each with the catalogue's limits
    found = {}
    for mapping in mappings:
        queue = anywhere.target(mapping, mapping.properties["EventSourceArn"])
        function = anywhere.in_same_stack(mapping, mapping.properties["FunctionName"])
        name = queue.properties["QueueName"].removeprefix(f"relevo-{anywhere.stage}-")
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"], mapping
        found[name] = (
            function.properties["FunctionName"],
            mapping.properties["BatchSize"],
            mapping.properties["ScalingConfig"]["MaximumConcurrency"],
        )
    assert found == {
        queue.name: (
            f"relevo-{anywhere.stage}-{queue.function.name}",
            queue.trigger.batch_size,
            queue.trigger.max_concurrency,
        )
        for queue in catalog.queues()
    }


def test_every_dead_letter_queue_has_an_alarm_at_the_first_message(anywhere: Templates) -> None:
    # Given the alarms on waiting messages
    alarms = {}
    for alarm in anywhere.of_type("AWS::CloudWatch::Alarm"):
        if alarm.properties.get("MetricName") == "ApproximateNumberOfMessagesVisible":
            (dimension,) = alarm.properties["Dimensions"]
            queue = anywhere.target(alarm, dimension["Value"])
            alarms[queue.properties["QueueName"]] = alarm.properties
    # When the dead-letter queues are listed
    dead = {
        queue.properties["QueueName"]
        for queue in anywhere.of_type("AWS::SQS::Queue")
        if "RedrivePolicy" not in queue.properties
    }
    # Then each has one, and somebody is told
    assert set(alarms) == dead
    for name, alarm in alarms.items():
        assert alarm["Threshold"] == 1 and alarm["AlarmActions"], name
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold", name


def test_queues_are_encrypted_and_refuse_plain_connections(anywhere: Templates) -> None:
    # Given the queues that a policy closes to anything but TLS
    closed = set()
    for policy in anywhere.of_type("AWS::SQS::QueuePolicy"):
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}:
                closed |= {reference["Ref"] for reference in policy.properties["Queues"]}
    # Then they are all of them
    queues = anywhere.of_type("AWS::SQS::Queue")
    assert closed == {queue.id for queue in queues}
    assert all(queue.properties["SqsManagedSseEnabled"] is True for queue in queues)


def test_only_the_bots_queue_waits_for_the_rest_of_what_a_customer_types(prod: Templates) -> None:
    # Given the setting of the stage
    from infra import stages

    delays = {entry.name: prod.queue(entry.name).properties.get("DelaySeconds", 0) for entry in catalog.queues()}
    # Then the bot's queue alone has it
    assert delays.pop("chatbot") == stages.load("prod").bot_debounce_seconds
    assert set(delays.values()) == {0}


def test_events_reach_their_consumers_over_queues_only(anywhere: Templates) -> None:
    # Given every rule on the bus
    rules = {}
    for rule in anywhere.of_type("AWS::Events::Rule"):
        (target,) = rule.properties["Targets"]
        queue = anywhere.in_same_stack(rule, target["Arn"])
        assert queue.type == "AWS::SQS::Queue" and "DeadLetterConfig" in target, rule
        if rule.properties["EventPattern"]["source"] == ["aws.s3"]:
            continue
        assert rule.properties["EventPattern"]["source"] == ["relevo"], rule
        name = queue.properties["QueueName"].removeprefix(f"relevo-{anywhere.stage}-")
        rules[name] = tuple(rule.properties["EventPattern"]["detail-type"])
    # Then they are the catalogue's
    assert rules == {
        queue.name: queue.trigger.names for queue in catalog.queues() if isinstance(queue.trigger, catalog.Events)
    }


def test_new_files_of_the_media_bucket_reach_their_readers_over_queues_only(anywhere: Templates) -> None:
    # Given the rules for what S3 tells
    rules = {}
    for rule in anywhere.of_type("AWS::Events::Rule"):
        pattern = rule.properties["EventPattern"]
        if pattern["source"] == ["aws.s3"]:
            (target,) = rule.properties["Targets"]
            queue = anywhere.in_same_stack(rule, target["Arn"])
            (bucket,) = pattern["detail"]["bucket"]["name"]
            assert anywhere.target(rule, bucket).id.startswith("Media") and "DeadLetterConfig" in target, rule
            name = queue.properties["QueueName"].removeprefix(f"relevo-{anywhere.stage}-")
            (key,) = pattern["detail"]["object"]["key"]
            rules[name] = key["prefix"]
    # Then they are the catalogue's, and the bucket tells them
    expected = [queue for queue in catalog.queues() if isinstance(queue.trigger, catalog.S3Objects)]
    assert rules == {queue.name: f"{queue.trigger.prefix}/" for queue in expected}
    (media,) = (bucket for bucket in anywhere.of_type("AWS::S3::Bucket") if bucket.id.startswith("Media"))
    told = media.properties["NotificationConfiguration"]["EventBridgeConfiguration"]
    assert told == {"EventBridgeEnabled": True}


def test_schedules_fire_into_queues_only(anywhere: Templates) -> None:
    # Given every schedule
    fired = {}
    for schedule in anywhere.of_type("AWS::Scheduler::Schedule"):
        queue = anywhere.in_same_stack(schedule, schedule.properties["Target"]["Arn"])
        assert queue.type == "AWS::SQS::Queue" and "DeadLetterConfig" in schedule.properties["Target"], schedule
        fired[queue.properties["QueueName"]] = schedule.properties["ScheduleExpression"]
    # Then they are the catalogue's, as often as it says
    times = {1: "cron(0/1 * * * ? *)", 5: "cron(0/5 * * * ? *)", 15: "cron(0/15 * * * ? *)", 60: "cron(0 0/1 * * ? *)"}
    assert fired == {
        f"relevo-{anywhere.stage}-{queue.name}": times[queue.trigger.minutes]
        for queue in catalog.queues()
        if isinstance(queue.trigger, catalog.Schedule)
    }
