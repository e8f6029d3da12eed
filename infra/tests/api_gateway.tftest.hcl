# The WebSocket API: routes, permissions, throttles, deployment, access log, custom domain, CloudFront's secret.
# This file applies, so it also proves that a plan works before AWS has named anything. The other files plan with the mock's values.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/mocks"
}

variables {
  region              = "eu-central-1"
  alarm_email         = "me@example.com"
  site_directory      = "./tests/fixture/site"
  functions_directory = "./tests/fixture/functions"
}

run "routes" {
  assert {
    condition     = aws_apigatewayv2_api.counter.protocol_type == "WEBSOCKET" && aws_apigatewayv2_api.counter.route_selection_expression == "$request.body.action"
    error_message = "A WebSocket API that routes by the message's action."
  }

  assert {
    condition     = { for key, route in aws_apigatewayv2_route.counter : key => route.target } == { for key in ["$connect", "$disconnect", "hello", "ping"] : key => "integrations/integration1" }
    error_message = "Every route leads to the updater."
  }

  assert {
    condition     = aws_apigatewayv2_integration.updater.integration_type == "AWS_PROXY" && aws_apigatewayv2_integration.updater.integration_uri == aws_lambda_function.updater.invoke_arn
    error_message = "The integration passes events to the updater unchanged."
  }

  assert {
    condition     = toset(keys(aws_apigatewayv2_route_response.counter)) == toset(["hello", "ping"]) && alltrue([for response in aws_apigatewayv2_route_response.counter : response.route_response_key == "$default"])
    error_message = "Only hello and ping send the handler's body back."
  }

  assert {
    condition     = alltrue([for key, route in aws_apigatewayv2_route.counter : (route.route_response_selection_expression == "$default") == contains(["hello", "ping"], key)])
    error_message = "Routes that answer are two-way."
  }

  assert {
    condition     = toset([for permission in aws_lambda_permission.gateway : permission.source_arn]) == toset([for key in ["$connect", "$disconnect", "hello", "ping"] : "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/${key}"])
    error_message = "The updater may be invoked by this API's stage and routes only."
  }

  assert {
    condition     = alltrue([for permission in aws_lambda_permission.gateway : permission.principal == "apigateway.amazonaws.com" && permission.action == "lambda:InvokeFunction"])
    error_message = "Only API Gateway may invoke the updater, and it may do nothing else."
  }

  assert {
    condition     = { for settings in aws_apigatewayv2_stage.counter.route_settings : settings.route_key => "${settings.throttling_rate_limit} ${settings.throttling_burst_limit}" } == { "$connect" = "5 200", "$disconnect" = "500 5000", "hello" = "7 200", "ping" = "7 200" }
    error_message = "Every route has its own throttle."
  }

  assert {
    condition     = aws_apigatewayv2_stage.counter.default_route_settings[0].throttling_rate_limit == 1
    error_message = "Messages without a route have the lowest throttle."
  }

  assert {
    condition     = !aws_apigatewayv2_stage.counter.default_route_settings[0].detailed_metrics_enabled
    error_message = "Metrics per route are off: they cost money and nothing uses them."
  }

  assert {
    condition     = aws_apigatewayv2_stage.counter.deployment_id == aws_apigatewayv2_deployment.counter.id
    error_message = "The stage serves this deployment."
  }

  assert {
    condition     = length(aws_apigatewayv2_stage.counter.access_log_settings) == 0
    error_message = "The access log is off by default."
  }

  assert {
    condition     = output.counter_endpoint == "wss://d123example.cloudfront.net/live" && output.direct_counter_endpoint == "wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live" && output.management_endpoint == "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "Pages connect through CloudFront, and the other URLs are the stage's."
  }

  assert {
    condition     = nonsensitive(one([for origin in aws_cloudfront_distribution.site.origin : one([for header in origin.custom_header : header.value if header.name == "X-Origin-Secret"]) if origin.origin_id == "counter"])) == nonsensitive(local.origin_secret) && nonsensitive(aws_lambda_function.updater.environment[0].variables.ORIGIN_SECRETS) == nonsensitive("${local.origin_secret},${local.next_origin_secret}") && length(nonsensitive(local.origin_secret)) == 36
    error_message = "CloudFront sends the current secret, and the updater accepts it and the next one."
  }
}

run "options" {
  variables {
    domain                   = "example.com"
    hosted_zone_id           = "Z0123456789ABC"
    gateway_access_logs      = true
    connects_per_second      = 50
    messages_per_second      = 60
    throttle_burst           = 100
    additional_origins       = ["https://staging.example.com"]
    origin_secret_generation = 2
  }

  assert {
    condition     = output.counter_endpoint == "wss://example.com/live"
    error_message = "Pages connect through the site's domain."
  }

  assert {
    condition     = aws_lambda_function.broadcaster.environment[0].variables.API_GATEWAY_MANAGEMENT_ENDPOINT == "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "Posts always go to the API's execute-api address."
  }

  assert {
    condition     = aws_apigatewayv2_stage.counter.access_log_settings[0].destination_arn == "arn:aws:logs:eu-central-1:123456789012:log-group:gateway" && aws_cloudwatch_log_group.gateway[0].retention_in_days == 30
    error_message = "The access log has a log group with a retention period."
  }

  assert {
    condition     = { for settings in aws_apigatewayv2_stage.counter.route_settings : settings.route_key => "${settings.throttling_rate_limit} ${settings.throttling_burst_limit}" } == { "$connect" = "50 100", "$disconnect" = "500 5000", "hello" = "60 100", "ping" = "60 100" }
    error_message = "The throttles are settings."
  }

  assert {
    condition     = endswith(aws_lambda_function.updater.environment[0].variables.ALLOWED_ORIGINS, ",https://staging.example.com")
    error_message = "Additional origins are allowed."
  }

  assert {
    condition     = toset(keys(terraform_data.origin_secret)) == toset(["2", "3"]) && nonsensitive(local.origin_secret) == nonsensitive(terraform_data.origin_secret["2"].output)
    error_message = "The next secret becomes the current one, and a new next one exists."
  }
}
