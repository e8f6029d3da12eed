# The path of a visit through the components, in order.
resource "aws_cloudwatch_dashboard" "this" {
  count = local.is_preview ? 0 : 1

  dashboard_name = local.prefix

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in [
        {
          title  = "Visits counted, and milliseconds until every open page shows them"
          region = var.region
          metrics = [
            ["CloudResume", "VisitsCounted", "service", "updater", "FunctionName", aws_lambda_function.updater.function_name, { stat = "Sum" }],
            [".", "VisitToSeen", ".", "broadcaster", ".", aws_lambda_function.broadcaster.function_name, { stat = "p50", yAxis = "right" }],
            [".", ".", ".", ".", ".", ".", { stat = "p99", yAxis = "right" }],
          ]
        },
        {
          title  = "Site: requests, and errors in percent"
          region = "us-east-1"
          metrics = [
            ["AWS/CloudFront", "Requests", "DistributionId", aws_cloudfront_distribution.site.id, "Region", "Global", { stat = "Sum" }],
            [".", "4xxErrorRate", ".", ".", ".", ".", { yAxis = "right" }],
            [".", "5xxErrorRate", ".", ".", ".", ".", { yAxis = "right" }],
          ]
        },
        {
          title  = "API Gateway: connects, messages, errors"
          region = var.region
          metrics = [
            ["AWS/ApiGateway", "ConnectCount", "ApiId", aws_apigatewayv2_api.counter.id, "Stage", local.stage, { stat = "Sum" }],
            [".", "MessageCount", ".", ".", ".", ".", { stat = "Sum" }],
            [".", "IntegrationError", ".", ".", ".", ".", { stat = "Sum" }],
            [".", "ExecutionError", ".", ".", ".", ".", { stat = "Sum" }],
          ]
        },
        {
          title  = "Updater: invocations, errors, milliseconds"
          region = var.region
          metrics = [
            ["AWS/Lambda", "Invocations", "FunctionName", aws_lambda_function.updater.function_name, { stat = "Sum" }],
            [".", "Errors", ".", ".", { stat = "Sum" }],
            [".", "Throttles", ".", ".", { stat = "Sum" }],
            [".", "Duration", ".", ".", { stat = "p99", yAxis = "right" }],
          ]
        },
        {
          title  = "VisitorCount: write units"
          region = var.region
          metrics = [
            ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", aws_dynamodb_table.visitor_count.name, { stat = "Sum" }],
            [".", "WriteThrottleEvents", ".", ".", { stat = "Sum" }],
          ]
        },
        {
          title  = "Broadcaster: invocations, errors, age of the stream in milliseconds"
          region = var.region
          metrics = [
            ["AWS/Lambda", "Invocations", "FunctionName", aws_lambda_function.broadcaster.function_name, { stat = "Sum" }],
            [".", "Errors", ".", ".", { stat = "Sum" }],
            [".", "Throttles", ".", ".", { stat = "Sum" }],
            [".", "IteratorAge", ".", ".", { stat = "Maximum", yAxis = "right" }],
          ]
        },
        {
          title  = "Broadcasts, and the results of their posts"
          region = var.region
          metrics = [
            for name in ["Broadcasts", "Posts", "PostsGone", "PostsThrottled", "PostsFailed"] :
            ["CloudResume", name, "service", "broadcaster", "FunctionName", aws_lambda_function.broadcaster.function_name, { stat = "Sum" }]
          ]
        },
        {
          title  = "Failed invocations of the broadcaster"
          region = var.region
          metrics = [
            ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.broadcast_failures.name, { stat = "Maximum" }],
          ]
        },
      ] :
      {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = widget.title
          region  = widget.region
          metrics = widget.metrics
          period  = 300
          view    = "timeSeries"
        }
      }
    ]
  })
}
