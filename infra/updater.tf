# The function behind every route of the API: stores and deletes connections, counts visits.
resource "aws_lambda_function" "updater" {
  function_name    = "${local.prefix}-updater"
  description      = "Stores connections and counts visits"
  role             = aws_iam_role.updater.arn
  filename         = local.updater_zip
  source_code_hash = try(filebase64sha256(local.updater_zip), null)
  handler          = "index.handler"
  runtime          = var.lambda_runtime
  architectures    = ["arm64"]
  timeout          = var.updater_timeout
  memory_size      = var.updater_memory

  environment {
    variables = merge(local.metrics_environment, {
      CONNECTION_IDS_TABLE            = aws_dynamodb_table.connection_ids.name
      VISITOR_COUNT_TABLE             = aws_dynamodb_table.visitor_count.name
      COUNTER_SHARDS                  = tostring(var.counter_shards)
      ALLOWED_ORIGINS                 = join(",", local.allowed_origins)
      ORIGIN_SECRETS                  = "${local.origin_secret},${local.next_origin_secret}"
      CONNECTIONS_PER_ADDRESS         = tostring(var.connections_per_address)
      EDITIONS                        = join(",", local.editions)
      CEILING_USD_PER_HOUR            = tostring(local.worst_case_usd)
      API_GATEWAY_MANAGEMENT_ENDPOINT = local.management_endpoint
    })
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = "INFO"
    # INFO includes each invocation's report with its duration.
    system_log_level = "INFO"
    log_group        = aws_cloudwatch_log_group.updater.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  lifecycle {
    precondition {
      condition     = fileexists(local.updater_zip)
      error_message = "${local.updater_zip} is missing. Run `npm run build` and apply again."
    }
  }

  # Without its permissions the function would fail for its first visitors.
  depends_on = [aws_iam_role_policy.updater]
}

resource "aws_cloudwatch_log_group" "updater" {
  name              = "/aws/lambda/${local.prefix}-updater"
  retention_in_days = var.log_retention_days
}

# ---------------------------------------------------------------------------
# The broadcaster's schedule also keeps one execution environment warm, with open connections to DynamoDB
# ---------------------------------------------------------------------------

resource "aws_cloudwatch_event_target" "warm" {
  rule  = aws_cloudwatch_event_rule.reconcile.name
  arn   = aws_lambda_function.updater.arn
  input = jsonencode({ warm = true })

  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 0
  }
}

# The next minute tries again: a warming call must not wait until a storm is over.
resource "aws_lambda_function_event_invoke_config" "updater" {
  function_name                = aws_lambda_function.updater.function_name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

resource "aws_lambda_permission" "warm" {
  statement_id  = "warm"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.updater.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.reconcile.arn
}

# ---------------------------------------------------------------------------
# Permissions
# ---------------------------------------------------------------------------

resource "aws_iam_role" "updater" {
  name               = "${local.prefix}-updater"
  description        = "Role of the updater of ${local.prefix}"
  assume_role_policy = local.lambda_trust_policy

  permissions_boundary = local.permissions_boundary
}

resource "aws_iam_role_policy" "updater" {
  name = "updater"
  role = aws_iam_role.updater.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          # A transaction needs the permissions of its single writes.
          Sid      = "StoreAndDeleteConnections"
          Effect   = "Allow"
          Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"]
          Resource = aws_dynamodb_table.connection_ids.arn
        },
        {
          Sid      = "CountAndReadVisits"
          Effect   = "Allow"
          Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:GetItem", "dynamodb:BatchGetItem"]
          Resource = aws_dynamodb_table.visitor_count.arn
        },
        {
          Sid      = "CloseConnections"
          Effect   = "Allow"
          Action   = "execute-api:ManageConnections"
          Resource = "${aws_apigatewayv2_api.counter.execution_arn}/${local.stage}/DELETE/@connections/*"
        },
        {
          Sid      = "WriteLog"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "${aws_cloudwatch_log_group.updater.arn}:log-stream:*"
        },
      ],
      local.tracing_statements,
    )
  })
}
