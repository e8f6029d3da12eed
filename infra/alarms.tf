# ---------------------------------------------------------------------------
# Whom alarms are told
# ---------------------------------------------------------------------------

locals {
  # An alarm and its topic live in one Region; CloudFront's metrics live in us-east-1.
  alarm_topics_apart = var.region != "us-east-1"
  site_alarm_topic   = local.alarm_topics_apart ? aws_sns_topic.site_alarms[0].arn : aws_sns_topic.alarms.arn
}

resource "aws_sns_topic" "alarms" {
  name = "${local.prefix}-alarms"
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = jsonencode(merge(local.alarm_topic_policy, { Statement = [merge(local.alarm_topic_statement, { Resource = aws_sns_topic.alarms.arn })] }))
}

resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_sns_topic" "site_alarms" {
  count    = local.alarm_topics_apart ? 1 : 0
  provider = aws.us_east_1

  name = "${local.prefix}-site-alarms"
}

resource "aws_sns_topic_policy" "site_alarms" {
  count    = local.alarm_topics_apart ? 1 : 0
  provider = aws.us_east_1

  arn    = aws_sns_topic.site_alarms[0].arn
  policy = jsonencode(merge(local.alarm_topic_policy, { Statement = [merge(local.alarm_topic_statement, { Resource = aws_sns_topic.site_alarms[0].arn })] }))
}

resource "aws_sns_topic_subscription" "site_alarms" {
  count    = local.alarm_topics_apart && var.alarm_email != null ? 1 : 0
  provider = aws.us_east_1

  topic_arn = aws_sns_topic.site_alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  alarm_topic_policy = { Version = "2012-10-17" }
  alarm_topic_statement = {
    Sid       = "AlarmsOfThisAccount"
    Effect    = "Allow"
    Principal = { Service = "cloudwatch.amazonaws.com" }
    Action    = "sns:Publish"
    Condition = { StringEquals = { "AWS:SourceAccount" = local.account } }
  }
}

# ---------------------------------------------------------------------------
# What is watched
# ---------------------------------------------------------------------------

locals {
  # Each has its page in docs/runbook, under its key; a test compares them. The gateway's IntegrationError is none: it counts the
  # updater's own refusals too, so that anybody could make it ring.
  alarms = {
    updater-errors = {
      description = "The updater failed: visitors are refused or not counted."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.updater.function_name }
    }
    broadcaster-errors = {
      description = "The broadcaster failed three periods in a row: open pages show old numbers."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 1
      periods     = 3
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    updater-throttles = {
      description = "Lambda has no capacity left for the updater: visitors are refused."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.updater.function_name }
    }
    broadcaster-throttles = {
      description = "Lambda has no capacity left for the broadcaster: open pages show old numbers."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    iterator-age = {
      description = "The broadcaster lags behind the stream by more than its longest invocation."
      namespace   = "AWS/Lambda"
      metric      = "IteratorAge"
      statistic   = "Maximum"
      threshold   = (var.broadcaster_timeout + 60) * 1000
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    posts-failed = {
      description = "The gateway does not take the broadcaster's posts: open pages show old numbers."
      namespace   = "CloudResume"
      metric      = "PostsFailed"
      statistic   = "Sum"
      threshold   = 10
      periods     = 2
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name, service = "broadcaster" }
    }
    visit-to-seen = {
      description = "Open pages learn of a visit more than a minute late."
      namespace   = "CloudResume"
      metric      = "VisitToSeen"
      statistic   = "Average"
      threshold   = 60000
      periods     = 2
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name, service = "broadcaster" }
    }
    failure-queue = {
      description = "Invocations of the broadcaster were given up; the queue names them."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      threshold   = 1
      periods     = 1
      dimensions  = { QueueName = aws_sqs_queue.broadcast_failures.name }
    }
    gateway-5xx = {
      description = "The gateway could not reach the updater: visitors get 500 or 502."
      namespace   = "AWS/ApiGateway"
      metric      = "ExecutionError"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { ApiId = aws_apigatewayv2_api.counter.id, Stage = local.stage }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = "${each.value.description} What to do: docs/runbook/${each.key}.md"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.periods
  # Nobody came: that is no failure.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
  ok_actions         = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "site_5xx" {
  provider = aws.us_east_1

  alarm_name          = "${local.prefix}-site-5xx"
  alarm_description   = "More than one in twenty requests for the site fails. What to do: docs/runbook/site-5xx.md"
  namespace           = "AWS/CloudFront"
  metric_name         = "5xxErrorRate"
  dimensions          = { DistributionId = aws_cloudfront_distribution.site.id, Region = "Global" }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.site_alarm_topic]
  ok_actions          = [local.site_alarm_topic]
}
