# ---------------------------------------------------------------------------
# Notifications
# ---------------------------------------------------------------------------

locals {
  # An alarm and its topic must be in the same Region. CloudFront's metrics are in us-east-1.
  has_site_alarm_topic = var.region != "us-east-1"
  site_alarm_topic     = local.has_site_alarm_topic ? aws_sns_topic.site_alarms[0].arn : aws_sns_topic.alarms.arn
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
  count    = local.has_site_alarm_topic ? 1 : 0
  provider = aws.us_east_1

  name = "${local.prefix}-site-alarms"
}

resource "aws_sns_topic_policy" "site_alarms" {
  count    = local.has_site_alarm_topic ? 1 : 0
  provider = aws.us_east_1

  arn    = aws_sns_topic.site_alarms[0].arn
  policy = jsonencode(merge(local.alarm_topic_policy, { Statement = [merge(local.alarm_topic_statement, { Resource = aws_sns_topic.site_alarms[0].arn })] }))
}

resource "aws_sns_topic_subscription" "site_alarms" {
  count    = local.has_site_alarm_topic && var.alarm_email != null ? 1 : 0
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
# Alarms
# ---------------------------------------------------------------------------

locals {
  # Each alarm has a runbook page named after its key (a test compares them). API Gateway's IntegrationError has no alarm because it
  # also counts the updater's refusals, which any client can cause.
  alarms = {
    updater-errors = {
      description = "The updater fails: visitors are refused or not counted."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.updater.function_name }
    }
    broadcaster-errors = {
      description = "The broadcaster failed in three consecutive periods: open pages show old numbers."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 1
      periods     = 3
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    updater-throttles = {
      description = "Lambda throttles the updater: visitors are refused."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.updater.function_name }
    }
    broadcaster-throttles = {
      description = "Lambda throttles the broadcaster: open pages show old numbers."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 1
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    iterator-age = {
      description = "The broadcaster is behind the stream by more than its timeout."
      namespace   = "AWS/Lambda"
      metric      = "IteratorAge"
      statistic   = "Maximum"
      threshold   = (var.broadcaster_timeout + 60) * 1000
      periods     = 1
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name }
    }
    posts-failed = {
      description = "API Gateway rejects the broadcaster's posts: open pages show old numbers."
      namespace   = "CloudResume"
      metric      = "PostsFailed"
      statistic   = "Sum"
      threshold   = 10
      periods     = 2
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name, service = "broadcaster" }
    }
    site-unreachable = {
      description = "The site does not answer with its page."
      namespace   = "CloudResume"
      metric      = "SiteUnreachable"
      statistic   = "Maximum"
      threshold   = 1
      periods     = 3
      datapoints  = 2
      dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name, service = "broadcaster" }
    }
    failure-queue = {
      description = "Lambda gave up on invocations of the broadcaster. The queue lists them."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      statistic   = "Maximum"
      threshold   = 1
      periods     = 1
      dimensions  = { QueueName = aws_sqs_queue.broadcast_failures.name }
    }
    gateway-5xx = {
      description = "API Gateway cannot invoke the updater: visitors get 500 or 502."
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
  # Previews live for days and are watched by their authors.
  for_each = { for key, alarm in local.alarms : key => alarm if !local.is_preview }

  alarm_name          = "${local.prefix}-${each.key}"
  alarm_description   = "${each.value.description} See docs/runbook/${each.key}.md"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = lookup(each.value, "datapoints", each.value.periods)
  # No data means no visitors, which is not a failure.
  treat_missing_data = "notBreaching"
  alarm_actions      = [aws_sns_topic.alarms.arn]
  ok_actions         = [aws_sns_topic.alarms.arn]
}

# A broadcast waits viewers / posts_per_second seconds after the one before, so the alarm allows this time and a minute.
resource "aws_cloudwatch_metric_alarm" "visit_to_seen" {
  count = local.is_preview ? 0 : 1

  alarm_name          = "${local.prefix}-visit-to-seen"
  alarm_description   = "Open pages show a visit more than a minute later than the pace allows. See docs/runbook/visit-to-seen.md"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 60000
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "late"
    label       = "Milliseconds beyond the pace"
    expression  = "seen - 1000 * posts / broadcasts / ${var.posts_per_second}"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { seen = ["VisitToSeen", "Average"], posts = ["Posts", "Sum"], broadcasts = ["Broadcasts", "Sum"] }

    content {
      id = metric_query.key

      metric {
        namespace   = "CloudResume"
        metric_name = metric_query.value[0]
        stat        = metric_query.value[1]
        period      = 300
        dimensions  = { FunctionName = aws_lambda_function.broadcaster.function_name, service = "broadcaster" }
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "site_5xx" {
  count    = local.is_preview ? 0 : 1
  provider = aws.us_east_1

  alarm_name          = "${local.prefix}-site-5xx"
  alarm_description   = "More than 5% of the site's requests fail with 5xx. See docs/runbook/site-5xx.md"
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
