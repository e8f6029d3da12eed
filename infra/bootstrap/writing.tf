# Write permissions of the deploying roles.
locals {
  permissions = {
    for role, settings in local.roles : role => {
      reading    = concat(local.reading[role], role == "plan" ? [local.store_release] : [])
      options    = local.options[role]
      storing    = [for statement in local.storing[role] : statement if settings.writes && statement != null]
      running    = [for statement in local.running[role] : statement if settings.writes]
      monitoring = [for statement in local.monitoring[role] : statement if settings.writes]
    }
  }

  # Releases are named after their SHA-256, which production.yml verifies, so storing one changes no other.
  store_release = {
    Sid      = "StoreRelease"
    Effect   = "Allow"
    Action   = "s3:PutObject"
    Resource = "arn:${local.partition}:s3:::${var.state_bucket}/${var.name}/${local.roles.plan.environment}/releases/*"
  }

  # ---------------------------------------------------------------------------
  # State, site, tables, CloudFront
  # ---------------------------------------------------------------------------

  storing = {
    for role, own in local.arns : role => [
      {
        Sid      = "WriteState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = own.state
      },
      {
        Sid    = "ManageSite"
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
          # Provider 6.23 and later writes tags with these.
          "s3:TagResource",
          "s3:UntagResource",
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
        Sid    = "ManageTables"
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
        Condition = own.created
      },
      {
        Sid       = "TagNewDistribution"
        Effect    = "Allow"
        Action    = "cloudfront:TagResource"
        Resource  = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
        Condition = own.created
      },
      {
        # GetInvalidation: a deploy waits for its invalidation.
        Sid    = "ManageDistribution"
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
        Condition = own.tagged
      },
      {
        # After an interrupted deploy, cli/aws/orphans.ts searches the lists by name.
        Sid    = "CreateHeadersAndAccess"
        Effect = "Allow"
        Action = [
          "cloudfront:CreateOriginAccessControl",
          "cloudfront:CreateResponseHeadersPolicy",
          "cloudfront:ListDistributions",
          "cloudfront:ListOriginAccessControls",
          "cloudfront:ListResponseHeadersPolicies",
        ]
        Resource = "*"
      },
      # Only previews have one (infra/preview_stage.tf).
      role != "preview" ? null : {
        Sid    = "ManageStageFunction"
        Effect = "Allow"
        Action = [
          "cloudfront:CreateFunction",
          "cloudfront:DeleteFunction",
          "cloudfront:DescribeFunction",
          "cloudfront:GetFunction",
          "cloudfront:PublishFunction",
          "cloudfront:UpdateFunction",
        ]
        Resource = "arn:${local.partition}:cloudfront::${local.account}:function/${local.prefixes[role]}-stage"
      },
      {
        # Their ARNs contain no names and they have no tags, so this covers the whole account.
        Sid    = "ManageHeadersAndAccess"
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
