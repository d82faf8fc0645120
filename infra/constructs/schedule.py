"""EventBridge Scheduler -> queue: retries, dead letters and tests are those of every other worker."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from infra import catalog
from infra.constructs.work_queue import WorkQueue
from infra.stages import Stage


class QueueSchedule(Construct):
    """Puts `schedule.fired` into a function's queue every few minutes, in the envelope events have on the bus."""

    def __init__(
        self, scope: Construct, entry: catalog.Queue, trigger: catalog.Schedule, work: WorkQueue, stage: Stage
    ) -> None:
        super().__init__(scope, f"{entry.name.capitalize()}Schedule")
        detail: dict[str, Any] = {"schedule": entry.name}
        if not stage.is_local:  # the emulator does not fill in Scheduler's context attributes
            detail["due_at"] = scheduler.ContextAttribute.scheduled_time
        scheduler.Schedule(
            self,
            "Schedule",
            schedule_name=f"relevo-{stage.name}-{entry.name}",
            schedule=_expression(trigger.minutes),
            target=targets.SqsSendMessage(
                work.queue,
                input=scheduler.ScheduleTargetInput.from_object({"detail-type": "schedule.fired", "detail": detail}),
                dead_letter_queue=work.dead_letters,
                max_event_age=Duration.minutes(5),
                retry_attempts=3,
            ),
        )


def _expression(minutes: int) -> scheduler.ScheduleExpression:
    """On the clock's own marks, so that what is due at nine is not called at nine and fourteen."""
    if minutes >= 60:
        return scheduler.ScheduleExpression.cron(minute="0", hour=f"0/{minutes // 60}")
    return scheduler.ScheduleExpression.cron(minute=f"0/{minutes}")
