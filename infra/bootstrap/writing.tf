# What the deploying roles may change beside what they read.
locals {
  permissions = {
    for role, settings in local.roles : role => {
      reading  = local.reading[role]
      options  = local.options[role]
      storing  = [for statement in local.storing[role] : statement if settings.writes]
      running  = [for statement in local.running[role] : statement if settings.writes]
      watching = [for statement in local.watching[role] : statement if settings.writes]
    }
  }

  # ---------------------------------------------------------------------------
  # What is stored and published
  # ---------------------------------------------------------------------------

  storing = {
    for role, own in local.arns : role => [
      {
        Sid      = "WriteState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]
        Resource = own.state
      },
      {
        # A destroy clears up behind itself.
        Sid      = "FindOldStates"
        Effect   = "Allow"
        Action   = "s3:ListBucketVersions"
        Resource = "arn:${local.partition}:s3:::${var.state_bucket}"
      },
      {
        # How large it is that a destroy takes away.
        Sid      = "ReadCount"
        Effect   = "Allow"
        Action   = "dynamodb:BatchGetItem"
        Resource = own.count
      },
      {
        Sid    = "KeepSite"
        Effect = "Allow"
        Action = [
          "s3:CreateBucket",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:ListBucketVersions",
          "s3:PutBucketOwnershipControls",
          "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutBucketTagging",
          "s3:PutBucketVersioning",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
        ]
        Resource = own.buckets
      },
      {
        Sid      = "PublishSiteFiles"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]
        Resource = [for bucket in own.buckets : "${bucket}/*"]
      },
      {
        Sid    = "KeepTables"
        Effect = "Allow"
        Action = [
          "dynamodb:CreateTable",
          "dynamodb:DeleteTable",
          "dynamodb:TagResource",
          "dynamodb:UntagResource",
          "dynamodb:UpdateContinuousBackups",
          "dynamodb:UpdateTable",
          "dynamodb:UpdateTimeToLive",
        ]
        Resource = own.tables
      },
      {
        Sid       = "CreateDistribution"
        Effect    = "Allow"
        Action    = "cloudfront:CreateDistribution"
        Resource  = "*"
        Condition = own.made
      },
      {
        Sid       = "TagNewDistribution"
        Effect    = "Allow"
        Action    = "cloudfront:TagResource"
        Resource  = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
        Condition = own.made
      },
      {
        # GetInvalidation: a deploy waits until the edges have forgotten what changed.
        Sid    = "KeepDistribution"
        Effect = "Allow"
        Action = [
          "cloudfront:CreateInvalidation",
          "cloudfront:DeleteDistribution",
          "cloudfront:GetInvalidation",
          "cloudfront:TagResource",
          "cloudfront:UntagResource",
          "cloudfront:UpdateDistribution",
        ]
        Resource  = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
        Condition = own.kept
      },
      {
        # After an interrupted deploy they are looked for by name (cli/aws/orphans.ts), and only lists have those.
        Sid    = "CreateHeadersAndAccess"
        Effect = "Allow"
        Action = [
          "cloudfront:CreateOriginAccessControl",
          "cloudfront:CreateResponseHeadersPolicy",
          "cloudfront:ListOriginAccessControls",
          "cloudfront:ListResponseHeadersPolicies",
        ]
        Resource = "*"
      },
      {
        # Neither has a name in its ARN, nor tags: these are the account's.
        Sid    = "KeepHeadersAndAccess"
        Effect = "Allow"
        Action = [
          "cloudfront:DeleteOriginAccessControl",
          "cloudfront:DeleteResponseHeadersPolicy",
          "cloudfront:UpdateOriginAccessControl",
          "cloudfront:UpdateResponseHeadersPolicy",
        ]
        Resource = [for kind in ["origin-access-control", "response-headers-policy"] : "arn:${local.partition}:cloudfront::${local.account}:${kind}/*"]
      },
    ]
  }

  # ---------------------------------------------------------------------------
  # What runs
  # ---------------------------------------------------------------------------

  running = {
    for role, own in local.arns : role => [
      {
        Sid    = "KeepFunctions"
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
        Sid       = "KeepMapping"
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
        Condition = own.made
      },
      {
        Sid       = "TagMapping"
        Effect    = "Allow"
        Action    = ["lambda:TagResource", "lambda:UntagResource"]
        Resource  = "arn:${local.partition}:lambda:${var.region}:${local.account}:event-source-mapping:*"
        Condition = own.kept
      },
      {
        # A role that is made here can do no more than the boundary says, whatever its own policies are.
        Sid       = "KeepRolesWithinBoundary"
        Effect    = "Allow"
        Action    = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
        Resource  = own.roles
        Condition = { StringEquals = { "iam:PermissionsBoundary" = local.boundary_arn } }
      },
      {
        Sid    = "KeepRoles"
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
        Sid       = "HandRolesToLambda"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = own.roles
        Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }
      },
      {
        # An API is called by an id that AWS makes, and what belongs to it has no tags: these are the Region's HTTP and
        # WebSocket APIs. GET stands with what may be read.
        Sid    = "KeepGateway"
        Effect = "Allow"
        Action = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:TagResource", "apigateway:UntagResource"]
        Resource = [
          "arn:${local.partition}:apigateway:${var.region}::/apis",
          "arn:${local.partition}:apigateway:${var.region}::/apis/*",
          "arn:${local.partition}:apigateway:${var.region}::/tags/*apis*",
        ]
      },
    ]
  }

  # ---------------------------------------------------------------------------
  # What watches
  # ---------------------------------------------------------------------------

  watching = {
    for role, own in local.arns : role => [
      {
        Sid      = "KeepQueue"
        Effect   = "Allow"
        Action   = ["sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"]
        Resource = own.queue
      },
      {
        Sid    = "KeepClock"
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
        Sid    = "KeepTopics"
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
        Sid      = "KeepAlarms"
        Effect   = "Allow"
        Action   = ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"]
        Resource = own.alarms
      },
      {
        Sid      = "KeepDashboard"
        Effect   = "Allow"
        Action   = ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"]
        Resource = own.dashboard
      },
      {
        Sid      = "KeepBudget"
        Effect   = "Allow"
        Action   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
        Resource = own.budget
      },
      {
        Sid    = "KeepLogGroups"
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
