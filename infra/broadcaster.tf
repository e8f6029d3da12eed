# The function that posts the latest numbers to every open page. The VisitorCount stream and a schedule invoke it.
resource "aws_lambda_function" "broadcaster" {
  function_name    = "${local.prefix}-broadcaster"
  description      = "Posts the latest numbers to every open connection"
  role             = aws_iam_role.broadcaster.arn
  filename         = local.broadcaster_zip
  source_code_hash = try(filebase64sha256(local.broadcaster_zip), null)
  handler          = "index.handler"
  runtime          = var.lambda_runtime
  architectures    = ["arm64"]
  timeout          = var.broadcaster_timeout
  memory_size      = var.broadcaster_memory

  environment {
    variables = merge(local.metrics_environment, {
      CONNECTION_IDS_TABLE            = aws_dynamodb_table.connection_ids.name
      VISITOR_COUNT_TABLE             = aws_dynamodb_table.visitor_count.name
      COUNTER_SHARDS                  = tostring(var.counter_shards)
      POSTS_PER_SECOND                = tostring(var.posts_per_second)
      FAN_OUT_VIEWERS                 = tostring(var.fan_out_viewers)
      API_GATEWAY_MANAGEMENT_ENDPOINT = local.management_endpoint
      }, local.is_preview ? {} : {
      SITE_URL        = "https://${local.site_host}"
      ALARM_TOPIC_ARN = aws_sns_topic.alarms.arn
      }, var.instant_number ? {
      COUNT_BUCKET = aws_s3_bucket.site.bucket
      COUNT_BADGE  = tostring(var.count_badge)
    } : {})
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    # INFO includes each invocation's report with its duration.
    system_log_level = "INFO"
    log_group        = aws_cloudwatch_log_group.broadcaster.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.broadcaster_zip)
      error_message = "${local.broadcaster_zip} is missing. Run `npm run build` and apply again."
    }
  }

  depends_on = [aws_iam_role_policy.broadcaster]
}

resource "aws_cloudwatch_log_group" "broadcaster" {
  name              = "/aws/lambda/${local.prefix}-broadcaster"
  retention_in_days = var.log_retention_days
}

# ---------------------------------------------------------------------------
# Trigger: the stream
# ---------------------------------------------------------------------------

resource "aws_lambda_event_source_mapping" "broadcaster" {
  event_source_arn  = aws_dynamodb_table.visitor_count.stream_arn
  function_name     = aws_lambda_function.broadcaster.arn
  starting_position = "TRIM_HORIZON"

  # A batch of any size is one broadcast, so large batches mean few posts.
  batch_size             = 10000
  parallelization_factor = 1

  # Records carry no values, so no single record can be bad. Bisecting would only double the posts.
  bisect_batch_on_function_error = false
  maximum_retry_attempts         = var.retry_attempts
  maximum_record_age_in_seconds  = var.record_age_seconds

  filter_criteria {
    filter {
      # The first visit through a counted link is reported. The owner's commands create and remove links, which reports nothing.
      pattern = jsonencode({ dynamodb = { Keys = { id = { S = [{ prefix = "link#" }] } } }, eventName = ["MODIFY"] })
    }
    filter {
      # New visits and departures, but neither visit markers nor the broadcaster's own state (contract/tables.ts).
      pattern = jsonencode({ dynamodb = { Keys = { id = { S = [{ prefix = "visits#" }, "departure"] } } } })
    }
  }

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.broadcast_failures.arn
    }
  }

  depends_on = [aws_iam_role_policy.broadcaster]
}

resource "aws_sqs_queue" "broadcast_failures" {
  name                      = "${local.prefix}-broadcast-failures"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

# ---------------------------------------------------------------------------
# Trigger: the schedule, which notices viewers who left without a $disconnect
# ---------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "reconcile" {
  name                = "${local.prefix}-reconcile"
  description         = "Once a minute: checks that the pages of ${local.prefix} show the current numbers, and keeps the updater warm"
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "reconcile" {
  rule  = aws_cloudwatch_event_rule.reconcile.name
  arn   = aws_lambda_function.broadcaster.arn
  input = jsonencode({ reconcile = true })

  # Covers the delivery to Lambda only: the next minute tries again. The configuration below covers the invocation.
  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 0
  }
}

# For the schedule's and the workers' invocations, which are asynchronous: by default Lambda would retry for six hours, unnoticed.
resource "aws_lambda_function_event_invoke_config" "broadcaster" {
  function_name                = aws_lambda_function.broadcaster.function_name
  maximum_event_age_in_seconds = 300
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.broadcast_failures.arn
    }
  }

  # AWS checks that the function's role may send to the queue.
  depends_on = [aws_iam_role_policy.broadcaster]
}

resource "aws_lambda_permission" "reconcile" {
  statement_id  = "reconcile"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.broadcaster.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.reconcile.arn
}

# ---------------------------------------------------------------------------
# Permissions
# ---------------------------------------------------------------------------

resource "aws_iam_role" "broadcaster" {
  name               = "${local.prefix}-broadcaster"
  description        = "Role of the broadcaster of ${local.prefix}"
  assume_role_policy = local.lambda_trust_policy

  permissions_boundary = local.permissions_boundary
}

resource "aws_iam_role_policy" "broadcaster" {
  name = "broadcaster"
  role = aws_iam_role.broadcaster.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadAndUpdateAudience"
          Effect   = "Allow"
          Action   = ["dynamodb:Scan", "dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
          Resource = aws_dynamodb_table.connection_ids.arn
        },
        {
          Sid      = "ReadCountAndPublish"
          Effect   = "Allow"
          Action   = ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
          Resource = aws_dynamodb_table.visitor_count.arn
        },
        {
          # For the event source mapping, which acts with this role.
          Sid      = "ReadStream"
          Effect   = "Allow"
          Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
          Resource = aws_dynamodb_table.visitor_count.stream_arn
        },
        {
          Sid      = "PostToConnections"
          Effect   = "Allow"
          Action   = "execute-api:ManageConnections"
          Resource = "${aws_apigatewayv2_api.counter.execution_arn}/${local.stage}/POST/@connections/*"
        },
        {
          Sid      = "CloseConnections"
          Effect   = "Allow"
          Action   = "execute-api:ManageConnections"
          Resource = "${aws_apigatewayv2_api.counter.execution_arn}/${local.stage}/DELETE/@connections/*"
        },
        {
          # Workers for a large audience are asynchronous invocations of this function.
          Sid      = "InvokeWorkers"
          Effect   = "Allow"
          Action   = "lambda:InvokeFunction"
          Resource = "arn:${data.aws_partition.current.partition}:lambda:${var.region}:${local.account}:function:${local.prefix}-broadcaster"
        },
        {
          # Used by the event source mapping and for failed asynchronous invocations.
          Sid      = "ReportFailedBatches"
          Effect   = "Allow"
          Action   = "sqs:SendMessage"
          Resource = aws_sqs_queue.broadcast_failures.arn
        },
        {
          Sid      = "WriteLog"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.broadcaster.arn}:log-stream:*"
        },
      ],
      # Previews have no alarms, and send no e-mail.
      local.is_preview ? [] : [{
        Sid      = "ReportFirstVisits"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = aws_sns_topic.alarms.arn
      }],
      # A conditional write reads the object. The bucket's other files stay out of reach.
      [for key in local.count_files : {
        Sid      = key == "count.json" ? "WriteNumber" : "WriteBadge"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.site.arn}/${key}"
      }],
      local.tracing_statements,
    )
  })
}
