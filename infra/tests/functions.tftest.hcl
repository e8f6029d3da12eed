# The functions, their triggers and their permissions.

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
  site_directory      = "./tests/fixture/site"
  functions_directory = "./tests/fixture/functions"
}

run "defaults" {
  command = plan

  assert {
    condition     = alltrue([for function in [aws_lambda_function.updater, aws_lambda_function.broadcaster] : function.architectures == tolist(["arm64"]) && function.runtime == "nodejs22.x" && function.handler == "index.handler"])
    error_message = "Both functions run on arm64 and Node.js 22."
  }

  assert {
    condition     = aws_lambda_function.updater.source_code_hash == filebase64sha256("./tests/fixture/functions/updater.zip") && aws_lambda_function.broadcaster.source_code_hash == filebase64sha256("./tests/fixture/functions/broadcaster.zip")
    error_message = "A function changes only when its package changes."
  }

  assert {
    condition     = alltrue([for function in [aws_lambda_function.updater, aws_lambda_function.broadcaster] : function.logging_config[0].log_format == "JSON"])
    error_message = "Logs are JSON."
  }

  assert {
    condition     = alltrue([for function in [aws_lambda_function.updater, aws_lambda_function.broadcaster] : function.logging_config[0].system_log_level == "INFO"])
    error_message = "The log contains every invocation's report: its duration is recorded nowhere else (decision 7)."
  }

  assert {
    condition     = aws_lambda_function.updater.logging_config[0].log_group == aws_cloudwatch_log_group.updater.name && aws_lambda_function.broadcaster.logging_config[0].log_group == aws_cloudwatch_log_group.broadcaster.name
    error_message = "Each function writes to its own log group."
  }

  assert {
    condition     = aws_cloudwatch_log_group.updater.retention_in_days == 30 && aws_cloudwatch_log_group.broadcaster.retention_in_days == 30
    error_message = "Logs expire."
  }

  assert {
    condition     = aws_lambda_function.updater.role == aws_iam_role.updater.arn && aws_lambda_function.broadcaster.role == aws_iam_role.broadcaster.arn
    error_message = "Each function has its own role."
  }

  assert {
    condition = tomap({ for name, value in nonsensitive(aws_lambda_function.updater.environment[0].variables) : name => value if name != "ORIGIN_SECRETS" }) == tomap({
      API_GATEWAY_MANAGEMENT_ENDPOINT = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live"
      ALLOWED_ORIGINS                 = "https://d123example.cloudfront.net"
      CEILING_USD_PER_HOUR            = tostring(output.worst_case_usd_per_hour.total)
      CONNECTIONS_PER_ADDRESS         = "1000"
      CONNECTION_IDS_TABLE            = "cloud-resume-production-connection-ids"
      COUNTER_SHARDS                  = "8"
      EDITIONS                        = ""
      VISITOR_COUNT_TABLE             = "cloud-resume-production-visitor-count"
    })
    error_message = "The updater gets its tables, the allowed origins, the editions and the @connections URL."
  }

  assert {
    condition = aws_lambda_function.broadcaster.environment[0].variables == tomap({
      ALARM_TOPIC_ARN                 = "arn:aws:sns:eu-central-1:123456789012:alarms"
      API_GATEWAY_MANAGEMENT_ENDPOINT = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live"
      CONNECTION_IDS_TABLE            = "cloud-resume-production-connection-ids"
      COUNTER_SHARDS                  = "8"
      COUNT_BADGE                     = "false"
      COUNT_BUCKET                    = "cloud-resume-production-site-123456789012"
      FAN_OUT_VIEWERS                 = "5000"
      POSTS_PER_SECOND                = "100"
      SITE_URL                        = "https://d123example.cloudfront.net"
      VISITOR_COUNT_TABLE             = "cloud-resume-production-visitor-count"
    })
    error_message = "The broadcaster gets its tables, its pace, the @connections URL and the site's address."
  }

  assert {
    condition     = aws_lambda_function.updater.timeout == 10 && aws_lambda_function.broadcaster.timeout == 900
    error_message = "The updater's timeout fits a handshake; the broadcaster's allows waiting for the next broadcast."
  }

  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.connection_ids, aws_dynamodb_table.visitor_count] : table.billing_mode == "PAY_PER_REQUEST" && table.ttl[0].enabled && table.ttl[0].attribute_name == "expiresAt"])
    error_message = "Both tables are on demand and let items expire."
  }

  assert {
    condition     = aws_dynamodb_table.connection_ids.hash_key == "connectionId" && aws_dynamodb_table.visitor_count.hash_key == "id"
    error_message = "The table keys match the contract."
  }

  assert {
    condition     = aws_dynamodb_table.visitor_count.stream_enabled && aws_dynamodb_table.visitor_count.stream_view_type == "KEYS_ONLY"
    error_message = "VisitorCount streams its changes."
  }

  assert {
    condition     = aws_dynamodb_table.visitor_count.point_in_time_recovery[0].enabled && aws_dynamodb_table.visitor_count.deletion_protection_enabled
    error_message = "The VisitorCount table has backups and deletion protection."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.broadcaster.event_source_arn == aws_dynamodb_table.visitor_count.stream_arn && aws_lambda_event_source_mapping.broadcaster.function_name == aws_lambda_function.broadcaster.arn
    error_message = "The VisitorCount stream triggers the broadcaster."
  }

  assert {
    condition = toset(one(aws_lambda_event_source_mapping.broadcaster.filter_criteria).filter[*].pattern) == toset([
      "{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[{\"prefix\":\"visits#\"},\"departure\"]}}}}",
      "{\"dynamodb\":{\"Keys\":{\"id\":{\"S\":[{\"prefix\":\"link#\"}]}}},\"eventName\":[\"MODIFY\"]}",
    ])
    error_message = "Only visits, departures and visits through links invoke the broadcaster."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.broadcaster.maximum_retry_attempts == 10 && aws_lambda_event_source_mapping.broadcaster.maximum_record_age_in_seconds == 3600
    error_message = "No record blocks its shard: retries and age are limited."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.broadcaster.destination_config[0].on_failure[0].destination_arn == aws_sqs_queue.broadcast_failures.arn && aws_sqs_queue.broadcast_failures.sqs_managed_sse_enabled
    error_message = "Failed batches go to an encrypted queue."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.broadcaster.function_name == aws_lambda_function.broadcaster.function_name && aws_lambda_function_event_invoke_config.broadcaster.maximum_event_age_in_seconds == 300 && aws_lambda_function_event_invoke_config.broadcaster.maximum_retry_attempts == 2 && aws_lambda_function_event_invoke_config.broadcaster.destination_config[0].on_failure[0].destination == aws_sqs_queue.broadcast_failures.arn
    error_message = "Asynchronous invocations are retried for five minutes, then reported to the queue."
  }

  assert {
    condition     = aws_cloudwatch_event_rule.reconcile.schedule_expression == "rate(1 minute)" && aws_cloudwatch_event_target.reconcile.arn == aws_lambda_function.broadcaster.arn && aws_cloudwatch_event_target.reconcile.input == "{\"reconcile\":true}"
    error_message = "The schedule invokes the broadcaster every minute."
  }

  assert {
    condition     = aws_lambda_permission.reconcile.source_arn == aws_cloudwatch_event_rule.reconcile.arn && aws_lambda_permission.reconcile.principal == "events.amazonaws.com"
    error_message = "Only this rule may invoke the broadcaster."
  }

  assert {
    condition     = aws_cloudwatch_event_target.warm.rule == aws_cloudwatch_event_rule.reconcile.name && aws_cloudwatch_event_target.warm.arn == aws_lambda_function.updater.arn && aws_cloudwatch_event_target.warm.input == "{\"warm\":true}"
    error_message = "The same schedule keeps the updater warm."
  }

  assert {
    condition     = aws_lambda_permission.warm.function_name == aws_lambda_function.updater.function_name && aws_lambda_permission.warm.source_arn == aws_cloudwatch_event_rule.reconcile.arn && aws_lambda_permission.warm.principal == "events.amazonaws.com"
    error_message = "This rule may invoke the updater."
  }

  assert {
    condition     = aws_lambda_function_event_invoke_config.updater.function_name == aws_lambda_function.updater.function_name && aws_lambda_function_event_invoke_config.updater.maximum_event_age_in_seconds == 60 && aws_lambda_function_event_invoke_config.updater.maximum_retry_attempts == 0
    error_message = "A warming call that fails is not retried."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.updater.policy).Statement : statement.Resource => join(" ", sort(flatten([statement.Action]))) } == {
      "arn:aws:dynamodb:eu-central-1:123456789012:table/connection-ids"                     = "dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem"
      "arn:aws:dynamodb:eu-central-1:123456789012:table/visitor-count"                      = "dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem"
      "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/DELETE/@connections/*" = "execute-api:ManageConnections"
      "arn:aws:logs:eu-central-1:123456789012:log-group:updater:log-stream:*"               = "logs:CreateLogStream logs:PutLogEvents"
    }
    error_message = "The updater has exactly these permissions."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.broadcaster.policy).Statement : statement.Resource => join(" ", sort(flatten([statement.Action]))) } == {
      "arn:aws:dynamodb:eu-central-1:123456789012:table/connection-ids"                               = "dynamodb:DeleteItem dynamodb:GetItem dynamodb:Scan dynamodb:UpdateItem"
      "arn:aws:dynamodb:eu-central-1:123456789012:table/visitor-count"                                = "dynamodb:BatchGetItem dynamodb:PutItem dynamodb:UpdateItem"
      "arn:aws:dynamodb:eu-central-1:123456789012:table/visitor-count/stream/2026-01-01T00:00:00.000" = "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams"
      "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/POST/@connections/*"             = "execute-api:ManageConnections"
      "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/DELETE/@connections/*"           = "execute-api:ManageConnections"
      "arn:aws:lambda:eu-central-1:123456789012:function:cloud-resume-production-broadcaster"         = "lambda:InvokeFunction"
      "arn:aws:s3:::site-bucket/count.json"                                                           = "s3:GetObject s3:PutObject"
      "arn:aws:sns:eu-central-1:123456789012:alarms"                                                  = "sns:Publish"
      "arn:aws:sqs:eu-central-1:123456789012:broadcast-failures"                                      = "sqs:SendMessage"
      "arn:aws:logs:eu-central-1:123456789012:log-group:broadcaster:log-stream:*"                     = "logs:CreateLogStream logs:PutLogEvents"
    }
    error_message = "The broadcaster has exactly these permissions."
  }

  assert {
    condition     = alltrue([for policy in [aws_iam_role_policy.updater.policy, aws_iam_role_policy.broadcaster.policy] : !strcontains(policy, "\"*\"")])
    error_message = "No action and no resource is *."
  }

  assert {
    condition     = alltrue([for action in flatten([for policy in [aws_iam_role_policy.updater.policy, aws_iam_role_policy.broadcaster.policy] : jsondecode(policy).Statement[*].Action]) : !strcontains(action, "*")])
    error_message = "No action contains a wildcard."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.updater, aws_iam_role.broadcaster] : jsondecode(role.assume_role_policy).Statement == [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" } }]])
    error_message = "Only Lambda may assume these roles."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.updater, aws_iam_role.broadcaster] : role.permissions_boundary == null])
    error_message = "Without a pipeline there is no boundary."
  }
}

run "settings" {
  command = plan

  variables {
    tracing                = true
    log_retention_days     = 7
    deletion_protection    = false
    point_in_time_recovery = false
    counter_shards         = 16
    posts_per_second       = 25
    permissions_boundary   = "cloud-resume-production-functions"
    instant_number         = false
  }

  assert {
    condition     = !strcontains(aws_iam_role_policy.broadcaster.policy, "s3:") && !contains(keys(aws_lambda_function.broadcaster.environment[0].variables), "COUNT_BUCKET") && aws_s3_object.count.content == "{}"
    error_message = "Without the instant number, the broadcaster has no rights in the bucket, and count.json is empty."
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.updater, aws_iam_role.broadcaster] : role.permissions_boundary == "arn:aws:iam::123456789012:policy/cloud-resume-production-functions"])
    error_message = "Both roles have the permissions boundary."
  }

  assert {
    condition     = aws_lambda_function.updater.tracing_config[0].mode == "Active" && aws_lambda_function.broadcaster.tracing_config[0].mode == "Active"
    error_message = "Tracing is on."
  }

  assert {
    condition     = alltrue([for policy in [aws_iam_role_policy.updater.policy, aws_iam_role_policy.broadcaster.policy] : [for statement in jsondecode(policy).Statement : statement.Action if statement.Resource == "*"] == [["xray:PutTraceSegments", "xray:PutTelemetryRecords"]]])
    error_message = "Tracing adds one statement with resource *, for X-Ray's two actions."
  }

  assert {
    condition     = aws_cloudwatch_log_group.updater.retention_in_days == 7
    error_message = "The retention period is a setting."
  }

  assert {
    condition     = !aws_dynamodb_table.visitor_count.deletion_protection_enabled && !aws_dynamodb_table.visitor_count.point_in_time_recovery[0].enabled
    error_message = "Backups and deletion protection can be turned off."
  }

  assert {
    condition     = aws_lambda_function.updater.environment[0].variables.COUNTER_SHARDS == "16" && aws_lambda_function.broadcaster.environment[0].variables.COUNTER_SHARDS == "16" && aws_lambda_function.broadcaster.environment[0].variables.POSTS_PER_SECOND == "25"
    error_message = "Shards and pace reach the functions."
  }
}
