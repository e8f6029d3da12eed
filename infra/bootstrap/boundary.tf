# The maximum permissions of every function's role, whatever policies a deploy attaches. Without it, the deploying role could create an
# administrator role and a function that uses it.
locals {
  boundary_name = "${var.name}-functions"
  # Built from names, so the roles do not depend on the policy.
  boundary_arn = "arn:${local.partition}:iam::${local.account}:policy/${local.boundary_name}"
}

resource "aws_iam_policy" "functions" {
  name        = local.boundary_name
  description = "Maximum permissions of the functions of ${var.name}"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "UseTables"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeStream",
          "dynamodb:GetItem",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
          "dynamodb:PutItem",
          "dynamodb:Scan",
          "dynamodb:UpdateItem",
        ]
        Resource = "arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${var.name}-*"
      },
      {
        # The ARN contains the API's ID instead of a name: the role's own policy limits it to one API.
        Sid      = "PostToConnections"
        Effect   = "Allow"
        Action   = "execute-api:ManageConnections"
        Resource = "arn:${local.partition}:execute-api:${var.region}:${local.account}:*"
      },
      {
        Sid      = "InvokeWorkers"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name}-*"
      },
      {
        Sid      = "ReportFailedBatches"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:${local.partition}:sqs:${var.region}:${local.account}:${var.name}-*"
      },
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/lambda/${var.name}-*"
      },
      {
        Sid      = "Trace"
        Effect   = "Allow"
        Action   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
        Resource = "*"
      },
    ]
  })
}
