# Alarms, cost, budget, dashboard, tags, names.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

mock_provider "aws" {
  alias           = "us_east_1"
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  region              = "eu-central-1"
  alarm_email         = "me@example.com"
  monthly_budget_usd  = 5
  site_directory      = "./tests/fixture/site"
  functions_directory = "./tests/fixture/functions"
}

run "defaults" {
  command = plan

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => "${alarm.namespace} ${alarm.metric_name} ${one(values({ for name, value in alarm.dimensions : name => value if !contains(["Stage", "service"], name) }))}" } == {
      broadcaster-errors    = "AWS/Lambda Errors cloud-resume-production-broadcaster"
      broadcaster-throttles = "AWS/Lambda Throttles cloud-resume-production-broadcaster"
      failure-queue         = "AWS/SQS ApproximateNumberOfMessagesVisible cloud-resume-production-broadcast-failures"
      gateway-5xx           = "AWS/ApiGateway ExecutionError a1b2c3d4e5"
      iterator-age          = "AWS/Lambda IteratorAge cloud-resume-production-broadcaster"
      posts-failed          = "CloudResume PostsFailed cloud-resume-production-broadcaster"
      site-unreachable      = "CloudResume SiteUnreachable cloud-resume-production-broadcaster"
      updater-errors        = "AWS/Lambda Errors cloud-resume-production-updater"
      updater-throttles     = "AWS/Lambda Throttles cloud-resume-production-updater"
    }
    error_message = "There are alarms for errors, throttles, iterator age, the failure queue, the API, posts and the site."
  }

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : endswith(alarm.alarm_description, " See docs/runbook/${key}.md")]) && endswith(aws_cloudwatch_metric_alarm.site_5xx[0].alarm_description, " See docs/runbook/site-5xx.md")
    error_message = "Every alarm names its runbook page."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["posts-failed"].dimensions["service"] == "broadcaster" && alltrue([for query in aws_cloudwatch_metric_alarm.visit_to_seen[0].metric_query : query.metric[0].dimensions["service"] == "broadcaster" if query.id != "late"])
    error_message = "The functions' metrics have two dimensions: an alarm on one of them would get no data."
  }

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : alarm.datapoints_to_alarm == (key == "site-unreachable" ? 2 : alarm.evaluation_periods)]) && aws_cloudwatch_metric_alarm.this["site-unreachable"].evaluation_periods == 3
    error_message = "One failed probe is not an alarm; two of three are."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.alarm_actions == toset([aws_sns_topic.alarms.arn]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "Every alarm notifies the topic, and no data is not a failure."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.site_5xx[0].alarm_actions == toset(["arn:aws:sns:us-east-1:123456789012:site-alarms"]) && aws_cloudwatch_metric_alarm.site_5xx[0].metric_name == "5xxErrorRate"
    error_message = "The alarm on CloudFront's 5xx rate and its topic are in us-east-1."
  }

  assert {
    condition     = aws_sns_topic_subscription.alarms[0].endpoint == "me@example.com" && aws_sns_topic_subscription.site_alarms[0].endpoint == "me@example.com"
    error_message = "Both topics notify the e-mail address."
  }

  assert {
    condition     = alltrue([for policy in [aws_sns_topic_policy.alarms.policy, aws_sns_topic_policy.site_alarms[0].policy] : jsondecode(policy).Statement[0].Principal == { Service = "cloudwatch.amazonaws.com" } && jsondecode(policy).Statement[0].Condition == { StringEquals = { "AWS:SourceAccount" = "123456789012" } }])
    error_message = "Only alarms of this account may publish."
  }

  assert {
    condition     = aws_budgets_budget.monthly[0].limit_amount == "5" && toset(flatten([for notification in aws_budgets_budget.monthly[0].notification : notification.subscriber_email_addresses])) == toset(["me@example.com"])
    error_message = "The budget notifies the e-mail address."
  }

  assert {
    condition     = toset([for notification in aws_budgets_budget.monthly[0].notification : "${notification.notification_type} ${notification.threshold}"]) == toset(["ACTUAL 80", "ACTUAL 100", "FORECASTED 100"])
    error_message = "The budget notifies before and when it is exceeded."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).widgets) == 8
    error_message = "The dashboard shows every component."
  }

  assert {
    condition     = output.worst_case_usd_per_hour.total <= 2 && output.worst_case_usd_per_hour.total > 1
    error_message = "At the defaults, no load costs the counter more than $2 an hour."
  }

  assert {
    condition     = abs(sum([for part, usd in output.worst_case_usd_per_hour : usd if part != "total"]) - output.worst_case_usd_per_hour.total) < 0.02
    error_message = "The parts add up to the total."
  }

  assert {
    condition     = output.worst_case_usd_per_hour.posts == 0.36 && output.worst_case_usd_per_hour.connection_minutes == 0.543
    error_message = "100 posts a second cost $0.36, and 36,200 open connections $0.543."
  }
}

run "cost_of_other_limits" {
  command = plan

  variables {
    connects_per_second = 20
    posts_per_second    = 200
  }

  assert {
    condition     = output.worst_case_usd_per_hour.connection_minutes > 2 && output.worst_case_usd_per_hour.posts == 0.72
    error_message = "The worst case follows the settings."
  }
}

run "another_environment" {
  command = plan

  variables {
    region             = "us-east-1"
    environment        = "pr-12"
    alarm_email        = null
    monthly_budget_usd = 0
    tags               = { Owner = "me" }
  }

  assert {
    condition     = length(aws_budgets_budget.monthly) + length(aws_sns_topic_subscription.alarms) + length(aws_sns_topic.site_alarms) == 0
    error_message = "Without an address there is no subscription, and in us-east-1 one topic is enough."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) + length(aws_cloudwatch_metric_alarm.site_5xx) + length(aws_cloudwatch_metric_alarm.visit_to_seen) + length(aws_cloudwatch_dashboard.this) == 0 && !aws_dynamodb_table.visitor_count.point_in_time_recovery[0].enabled
    error_message = "A preview has no alarms, dashboard or backups."
  }

  assert {
    condition     = alltrue([for function in [aws_lambda_function.updater, aws_lambda_function.broadcaster] : function.environment[0].variables.POWERTOOLS_METRICS_DISABLED == "true"])
    error_message = "A preview has no custom metrics."
  }

  assert {
    condition     = length(setintersection(keys(aws_lambda_function.broadcaster.environment[0].variables), ["SITE_URL", "ALARM_TOPIC_ARN"])) == 0 && !strcontains(aws_iam_role_policy.broadcaster.policy, "sns:")
    error_message = "A preview is not probed, and sends no e-mail."
  }

  assert {
    condition     = endswith(aws_lambda_function.broadcaster.environment[0].variables.API_GATEWAY_MANAGEMENT_ENDPOINT, "/preview") && aws_apigatewayv2_stage.counter.name == "preview"
    error_message = "A preview has another stage name, by which the permissions boundaries distinguish it from production."
  }

  assert {
    condition     = endswith(output.counter_endpoint, "/live") && strcontains(aws_cloudfront_function.stage[0].code, "event.request.uri = '/preview'") && anytrue([for behavior in aws_cloudfront_distribution.site.ordered_cache_behavior : behavior.path_pattern == "/live" && length(behavior.function_association) == 1])
    error_message = "Its pages connect to /live like all others."
  }

  assert {
    condition = alltrue([for name in [
      aws_s3_bucket.site.bucket,
      aws_cloudfront_origin_access_control.site.name,
      aws_cloudfront_response_headers_policy.site["listed"].name,
      aws_apigatewayv2_api.counter.name,
      aws_dynamodb_table.connection_ids.name,
      aws_dynamodb_table.visitor_count.name,
      aws_lambda_function.updater.function_name,
      aws_lambda_function.broadcaster.function_name,
      aws_iam_role.updater.name,
      aws_iam_role.broadcaster.name,
      aws_sqs_queue.broadcast_failures.name,
      aws_cloudwatch_event_rule.reconcile.name,
      aws_sns_topic.alarms.name,
    ] : startswith(name, "cloud-resume-pr-12")])
    error_message = "Every name starts with project and environment."
  }

  assert {
    condition     = local.tags == { Project = "cloud-resume", Environment = "pr-12", ManagedBy = "Terraform", Owner = "me" }
    error_message = "Everything is tagged."
  }
}
