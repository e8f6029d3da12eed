# The function that tells every open page the newest numbers, started by the VisitorCount table's stream and by the clock.
resource "aws_lambda_function" "broadcaster" {
  function_name    = "${local.prefix}-broadcaster"
  description      = "Posts the newest numbers to every open connection"
  role             = aws_iam_role.broadcaster.arn
  filename         = local.broadcaster_zip
  source_code_hash = try(filebase64sha256(local.broadcaster_zip), null)
  handler          = "index.handler"
  runtime          = var.lambda_runtime
  architectures    = ["arm64"]
  timeout          = var.broadcaster_timeout
  memory_size      = var.broadcaster_memory

  environment {
    variables = {
      CONNECTION_IDS_TABLE            = aws_dynamodb_table.connection_ids.name
      VISITOR_COUNT_TABLE             = aws_dynamodb_table.visitor_count.name
      COUNTER_SHARDS                  = tostring(var.counter_shards)
      POSTS_PER_SECOND                = tostring(var.posts_per_second)
      FAN_OUT_VIEWERS                 = tostring(var.fan_out_viewers)
      API_GATEWAY_MANAGEMENT_ENDPOINT = local.management_endpoint
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    # The report of each invocation, with its duration, is INFO.
    system_log_level = "INFO"
    log_group        = aws_cloudwatch_log_group.broadcaster.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.broadcaster_zip)
      error_message = "${local.broadcaster_zip} is missing. Run `npm run build`, then apply again."
    }
  }

  depends_on = [aws_iam_role_policy.broadcaster]
}

resource "aws_cloudwatch_log_group" "broadcaster" {
  name              = "/aws/lambda/${local.prefix}-broadcaster"
  retention_in_days = var.log_retention_days
}

# ---------------------------------------------------------------------------
# What starts it: the stream
# ---------------------------------------------------------------------------

resource "aws_lambda_event_source_mapping" "broadcaster" {
  event_source_arn  = aws_dynamodb_table.visitor_count.stream_arn
  function_name     = aws_lambda_function.broadcaster.arn
  starting_position = "TRIM_HORIZON"

  # A batch of any size is one broadcast, and what comes while one runs waits for the next: large batches are few posts.
  batch_size             = 10000
  parallelization_factor = 1

  # A batch holds no values, so that no record can be a bad one: splitting it would only double the posts.
  bisect_batch_on_function_error = false
  maximum_retry_attempts         = var.retry_attempts
  maximum_record_age_in_seconds  = var.record_age_seconds

  filter_criteria {
    filter {
      # Newcomers and departures; neither markers nor the broadcaster's own state (contract/tables.ts).
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
# What starts it: the clock, for those who left unseen
# ---------------------------------------------------------------------------

resource "aws_cloudwatch_event_rule" "reconcile" {
  name                = "${local.prefix}-reconcile"
  description         = "Looks whether the pages of ${local.prefix} know what is true"
  schedule_expression = "rate(1 minute)"
}

resource "aws_cloudwatch_event_target" "reconcile" {
  rule  = aws_cloudwatch_event_rule.reconcile.name
  arn   = aws_lambda_function.broadcaster.arn
  input = jsonencode({ reconcile = true })

  # For handing the question to Lambda only; the next minute asks again. What Lambda does with what it has taken stands below.
  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 0
  }
}

# For the clock's questions and the workers' shares: Lambda takes both without waiting for an answer and would try for six hours, unseen.
resource "aws_lambda_function_event_invoke_config" "broadcaster" {
  function_name                = aws_lambda_function.broadcaster.function_name
  maximum_event_age_in_seconds = 300
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.broadcast_failures.arn
    }
  }

  # AWS looks whether the function's role may send there.
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
# What it may do
# ---------------------------------------------------------------------------

resource "aws_iam_role" "broadcaster" {
  name               = "${local.prefix}-broadcaster"
  description        = "What the broadcaster of ${local.prefix} may do"
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
          Sid      = "ReadAudienceAndForgetGhosts"
          Effect   = "Allow"
          Action   = ["dynamodb:Scan", "dynamodb:DeleteItem"]
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
          # A large audience is shared among workers: this same function, invoked asynchronously.
          Sid      = "HandOverToWorkers"
          Effect   = "Allow"
          Action   = "lambda:InvokeFunction"
          Resource = "arn:${data.aws_partition.current.partition}:lambda:${var.region}:${local.account}:function:${local.prefix}-broadcaster"
        },
        {
          # For the event source mapping as well, and for what Lambda gives up of the other invocations.
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
      local.tracing_statements,
    )
  })
}
