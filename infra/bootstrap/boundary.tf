# The maximum permissions of the functions' roles, whatever policies a deploy attaches: one boundary per class of environments.
# Without it, the deploying role could create an administrator role and a function that uses it. With one boundary for all, code of
# a pull request could write to production's table and post to its visitors.
locals {
  # Keyed by the role that requires the boundary.
  boundaries = {
    for role in ["production", "preview"] : role => {
      class = role == "production" ? "production" : "pr"
      # The stage's name in infra/locals.tf: an @connections ARN contains an API's generated ID, but its stage has a fixed name.
      stage = role == "production" ? "live" : "preview"
    }
  }

  boundary_names = { for role, boundary in local.boundaries : role => "${var.name}-${boundary.class}-functions" }
  # Built from names, so the roles do not depend on the policies.
  boundary_arns = { for role, name in local.boundary_names : role => "arn:${local.partition}:iam::${local.account}:policy/${name}" }
}

resource "aws_iam_policy" "functions" {
  for_each = local.boundaries

  name        = local.boundary_names[each.key]
  description = "Maximum permissions of the functions of ${var.name}-${each.value.class}-*"

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
        Resource = "arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${local.prefixes[each.key]}-*"
      },
      {
        Sid      = "UseConnections"
        Effect   = "Allow"
        Action   = "execute-api:ManageConnections"
        Resource = "arn:${local.partition}:execute-api:${var.region}:${local.account}:*/${each.value.stage}/*/@connections/*"
      },
      {
        Sid      = "InvokeWorkers"
        Effect   = "Allow"
        Action   = "lambda:InvokeFunction"
        Resource = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${local.prefixes[each.key]}-*"
      },
      {
        Sid      = "WriteNumber"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = [for bucket in local.arns[each.key].buckets : "${bucket}/count.*"]
      },
      {
        Sid      = "ReportFailedBatches"
        Effect   = "Allow"
        Action   = "sqs:SendMessage"
        Resource = "arn:${local.partition}:sqs:${var.region}:${local.account}:${local.prefixes[each.key]}-*"
      },
      {
        Sid      = "ReportFirstVisits"
        Effect   = "Allow"
        Action   = "sns:Publish"
        Resource = "arn:${local.partition}:sns:${var.region}:${local.account}:${local.prefixes[each.key]}-alarms"
      },
      {
        Sid      = "WriteLog"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/lambda/${local.prefixes[each.key]}-*"
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
