# ---------------------------------------------------------------------------
# API, routes, integration
# ---------------------------------------------------------------------------

resource "aws_apigatewayv2_api" "counter" {
  name                       = "${local.prefix}-counter"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}

resource "aws_apigatewayv2_integration" "updater" {
  api_id             = aws_apigatewayv2_api.counter.id
  integration_type   = "AWS_PROXY"
  integration_method = "POST"
  integration_uri    = aws_lambda_function.updater.invoke_arn
}

locals {
  # Route key → whether the handler's body is sent back to the client (contract/messages.ts).
  routes = {
    "$connect"    = false
    "$disconnect" = false
    "hello"       = true
    "ping"        = true
  }
}

locals {
  # Requests a second. $disconnect is only limited by the connects before it: a throttled one would leave a stale row.
  throttles = {
    "$connect"    = var.connects_per_second
    "$disconnect" = 500
    "hello"       = var.messages_per_second
    "ping"        = var.messages_per_second
  }
}

resource "aws_apigatewayv2_route" "counter" {
  for_each = local.routes

  api_id                              = aws_apigatewayv2_api.counter.id
  route_key                           = each.key
  target                              = "integrations/${aws_apigatewayv2_integration.updater.id}"
  route_response_selection_expression = each.value ? "$default" : null
}

# Without a route response, API Gateway discards the handler's body.
resource "aws_apigatewayv2_route_response" "counter" {
  for_each = toset([for route_key, answers in local.routes : route_key if answers])

  api_id             = aws_apigatewayv2_api.counter.id
  route_id           = aws_apigatewayv2_route.counter[each.key].id
  route_response_key = "$default"
}

resource "aws_lambda_permission" "gateway" {
  for_each = local.routes

  statement_id  = "gateway-${trimprefix(each.key, "$")}"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.updater.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.counter.execution_arn}/${local.stage}/${each.key}"
}

# ---------------------------------------------------------------------------
# Deployment and stage
# ---------------------------------------------------------------------------

resource "aws_apigatewayv2_deployment" "counter" {
  api_id      = aws_apigatewayv2_api.counter.id
  description = "Routes of ${local.prefix}"

  # A deployment is a snapshot that Terraform does not refresh by itself. These are all the parts it contains.
  triggers = {
    routes = sha256(jsonencode({
      selection = aws_apigatewayv2_api.counter.route_selection_expression
      integration = {
        type   = aws_apigatewayv2_integration.updater.integration_type
        method = aws_apigatewayv2_integration.updater.integration_method
        uri    = aws_apigatewayv2_integration.updater.integration_uri
      }
      routes = {
        for key, route in aws_apigatewayv2_route.counter :
        key => [route.id, route.target, route.route_response_selection_expression]
      }
      responses = { for key, response in aws_apigatewayv2_route_response.counter : key => response.id }
    }))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "counter" {
  api_id        = aws_apigatewayv2_api.counter.id
  name          = local.stage
  deployment_id = aws_apigatewayv2_deployment.counter.id

  # For messages that match no route.
  default_route_settings {
    throttling_rate_limit  = 1
    throttling_burst_limit = 10
    # Metrics per route cost money. Alarms and dashboard use the free ones per stage.
    detailed_metrics_enabled = false
  }

  dynamic "route_settings" {
    for_each = local.throttles

    content {
      route_key                = aws_apigatewayv2_route.counter[route_settings.key].route_key
      throttling_rate_limit    = route_settings.value
      throttling_burst_limit   = route_settings.key == "$disconnect" ? 5000 : var.throttle_burst
      detailed_metrics_enabled = false
    }
  }

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.gateway

    content {
      destination_arn = access_log_settings.value.arn
      format = jsonencode({
        requestTime      = "$context.requestTime"
        requestId        = "$context.requestId"
        connectionId     = "$context.connectionId"
        eventType        = "$context.eventType"
        routeKey         = "$context.routeKey"
        status           = "$context.status"
        integrationError = "$context.integrationErrorMessage"
        error            = "$context.error.message"
        ip               = "$context.identity.sourceIp"
        userAgent        = "$context.identity.userAgent"
      })
    }
  }
}

# ---------------------------------------------------------------------------
# What earlier versions created here
# ---------------------------------------------------------------------------

# The account's CloudWatch role is in infra/bootstrap now. An environment that created it leaves it in place.
removed {
  from = aws_api_gateway_account.this
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role_policy_attachment.gateway_account
  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_iam_role.gateway_account
  lifecycle {
    destroy = false
  }
}
