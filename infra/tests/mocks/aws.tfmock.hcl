# Values that AWS would return, in the formats that the provider validates.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition = "aws"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    id                          = "site-bucket"
    arn                         = "arn:aws:s3:::site-bucket"
    bucket_regional_domain_name = "site-bucket.s3.eu-central-1.amazonaws.com"
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    id             = "E123EXAMPLE"
    arn            = "arn:aws:cloudfront::123456789012:distribution/E123EXAMPLE"
    domain_name    = "d123example.cloudfront.net"
    hosted_zone_id = "Z2FDTNDATAQYW2"
  }
}

mock_resource "aws_acm_certificate" {
  defaults = {
    arn    = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    status = "PENDING_VALIDATION"
    domain_validation_options = [
      { domain_name = "example.com", resource_record_name = "_a.example.com.", resource_record_type = "CNAME", resource_record_value = "_a.acm-validations.aws." },
      { domain_name = "www.example.com", resource_record_name = "_b.www.example.com.", resource_record_type = "CNAME", resource_record_value = "_b.acm-validations.aws." },
    ]
  }
}

mock_resource "aws_apigatewayv2_api" {
  defaults = {
    id            = "a1b2c3d4e5"
    arn           = "arn:aws:apigateway:eu-central-1::/apis/a1b2c3d4e5"
    api_endpoint  = "wss://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
    execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5"
  }
}

mock_resource "aws_apigatewayv2_integration" {
  defaults = {
    id = "integration1"
  }
}

mock_resource "aws_apigatewayv2_domain_name" {
  defaults = {
    id = "counter.example.com"
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:broadcast-failures"
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/broadcast-failures"
  }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = {
    arn = "arn:aws:events:eu-central-1:123456789012:rule/reconcile"
  }
}

mock_resource "aws_cloudwatch_log_delivery_destination" {
  defaults = {
    arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:site"
  }
}

# Each of these has its own ARN, so a policy cannot be right by accident.

override_resource {
  target = aws_dynamodb_table.connection_ids
  values = {
    arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/connection-ids"
  }
}

override_resource {
  target = aws_dynamodb_table.visitor_count
  values = {
    arn        = "arn:aws:dynamodb:eu-central-1:123456789012:table/visitor-count"
    stream_arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/visitor-count/stream/2026-01-01T00:00:00.000"
  }
}

override_resource {
  target = aws_lambda_function.updater
  values = {
    arn        = "arn:aws:lambda:eu-central-1:123456789012:function:updater"
    invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:updater/invocations"
  }
}

override_resource {
  target = aws_lambda_function.broadcaster
  values = {
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:broadcaster"
  }
}

override_resource {
  target = aws_iam_role.updater
  values = {
    id  = "updater-role"
    arn = "arn:aws:iam::123456789012:role/updater"
  }
}

override_resource {
  target = aws_iam_role.broadcaster
  values = {
    id  = "broadcaster-role"
    arn = "arn:aws:iam::123456789012:role/broadcaster"
  }
}

override_resource {
  target = aws_cloudwatch_log_group.updater
  values = {
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:updater"
  }
}

override_resource {
  target = aws_cloudwatch_log_group.broadcaster
  values = {
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:broadcaster"
  }
}

override_resource {
  target = aws_cloudwatch_log_group.gateway
  values = {
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:gateway"
  }
}

override_resource {
  target = aws_cloudwatch_log_group.site
  values = {
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:site"
  }
}

override_resource {
  target = aws_sns_topic.alarms
  values = {
    arn = "arn:aws:sns:eu-central-1:123456789012:alarms"
  }
}

override_resource {
  target = aws_sns_topic.site_alarms
  values = {
    arn = "arn:aws:sns:us-east-1:123456789012:site-alarms"
  }
}

override_resource {
  target = aws_acm_certificate_validation.site
  values = {
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  }
}

override_resource {
  target = aws_acm_certificate.counter
  values = {
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/99999999-2222-3333-4444-555555555555"
    domain_validation_options = [
      { domain_name = "counter.example.com", resource_record_name = "_c.counter.example.com.", resource_record_type = "CNAME", resource_record_value = "_c.acm-validations.aws." },
    ]
  }
}

override_resource {
  target = aws_acm_certificate_validation.counter
  values = {
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/99999999-2222-3333-4444-555555555555"
  }
}

mock_resource "aws_cloudfront_function" {
  defaults = {
    arn = "arn:aws:cloudfront::123456789012:function/stage"
  }
}
