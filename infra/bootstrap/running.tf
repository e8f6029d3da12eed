# Write permissions for what runs: functions, their roles, the API and monitoring.
locals {
  # ---------------------------------------------------------------------------
  # Functions, roles, API
  # ---------------------------------------------------------------------------

  api_changes = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:TagResource", "apigateway:UntagResource"]

  running = {
    for role, own in local.arns : role => [
      {
        Sid    = "ManageFunctions"
        Effect = "Allow"
        Action = [
          "lambda:AddPermission",
          "lambda:CreateFunction",
          "lambda:DeleteFunction",
          "lambda:DeleteFunctionEventInvokeConfig",
          "lambda:GetFunctionConfiguration",
          "lambda:PutFunctionEventInvokeConfig",
          "lambda:RemovePermission",
          "lambda:TagResource",
          "lambda:UntagResource",
          "lambda:UpdateFunctionCode",
          "lambda:UpdateFunctionConfiguration",
        ]
        Resource = own.functions
      },
      {
        Sid       = "ManageMapping"
        Effect    = "Allow"
        Action    = ["lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping"]
        Resource  = "*"
        Condition = own.own_function
      },
      {
        Sid       = "TagNewMapping"
        Effect    = "Allow"
        Action    = "lambda:TagResource"
        Resource  = "arn:${local.partition}:lambda:${var.region}:${local.account}:event-source-mapping:*"
        Condition = own.created
      },
      {
        Sid       = "TagMapping"
        Effect    = "Allow"
        Action    = ["lambda:TagResource", "lambda:UntagResource"]
        Resource  = "arn:${local.partition}:lambda:${var.region}:${local.account}:event-source-mapping:*"
        Condition = own.tagged
      },
      {
        # The boundary limits every role created here, whatever its policies say.
        Sid       = "ManageRolesWithinBoundary"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = own.roles
        Condition = { StringEquals = { "iam:PermissionsBoundary" = local.boundary_arns[role == "preview" ? "preview" : "production"] } }
      },
      {
        Sid    = "ManageRoles"
        Effect = "Allow"
        Action = [
          "iam:DeleteRole",
          "iam:ListInstanceProfilesForRole",
          "iam:TagRole",
          "iam:UntagRole",
          "iam:UpdateAssumeRolePolicy",
          "iam:UpdateRoleDescription",
        ]
        Resource = own.roles
      },
      {
        Sid       = "PassRolesToLambda"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = own.roles
        Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
      },
      {
        # ARNs contain generated IDs, and an API's routes and stages have neither names nor tags: this covers the Region's HTTP and
        # WebSocket APIs. The next two statements protect the other environments' APIs. GET is in reading.tf.
        Sid    = "ManageGateway"
        Effect = "Allow"
        Action = local.api_changes
        Resource = [
          "arn:${local.partition}:apigateway:${var.region}::/apis",
          "arn:${local.partition}:apigateway:${var.region}::/apis/*",
          "arn:${local.partition}:apigateway:${var.region}::/tags/*apis*",
        ]
      },
      {
        Sid      = "DenyOtherApisByName"
        Effect   = "Deny"
        Action   = local.api_changes
        Resource = "arn:${local.partition}:apigateway:${var.region}::/apis/*"
        # Null: a request without the key, such as for a route, would count as not like the name.
        Condition = {
          StringNotLike = { "apigateway:Resource/ApiName" = "${local.prefixes[role]}-counter" }
          Null          = { "apigateway:Resource/ApiName" = "false" }
        }
      },
      {
        Sid      = "DenyOtherApisByTag"
        Effect   = "Deny"
        Action   = local.api_changes
        Resource = "arn:${local.partition}:apigateway:${var.region}::/apis/*"
        Condition = {
          StringNotLike = { "aws:ResourceTag/Environment" = local.roles[role].environment }
          Null          = { "aws:ResourceTag/Environment" = "false" }
        }
      },
    ]
  }

  # ---------------------------------------------------------------------------
  # Monitoring
  # ---------------------------------------------------------------------------

  monitoring = {
    for role, own in local.arns : role => [
      {
        Sid      = "ManageQueue"
        Effect   = "Allow"
        Action   = ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"]
        Resource = own.queue
      },
      {
        Sid    = "ManageSchedule"
        Effect = "Allow"
        Action = [
          "events:DeleteRule",
          "events:PutRule",
          "events:PutTargets",
          "events:RemoveTargets",
          "events:TagResource",
          "events:UntagResource",
        ]
        Resource = own.rule
      },
      {
        Sid    = "ManageTopics"
        Effect = "Allow"
        Action = [
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
          "sns:TagResource",
          "sns:Unsubscribe",
          "sns:UntagResource",
        ]
        Resource = concat(own.topics, [for topic in own.topics : "${topic}:*"])
      },
      {
        Sid      = "ManageAlarms"
        Effect   = "Allow"
        Action   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        Resource = own.alarms
      },
      {
        Sid      = "ManageDashboard"
        Effect   = "Allow"
        Action   = ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"]
        Resource = own.dashboard
      },
      {
        Sid      = "ManageBudget"
        Effect   = "Allow"
        Action   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        Resource = own.budget
      },
      {
        Sid    = "ManageLogGroups"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ]
        Resource = concat(own.log_groups, [for group in own.log_groups : "${group}:*"])
      },
    ]
  }
}
