# Read permissions of every role: Terraform refreshes all of this before it plans. Names without * are exact.
locals {
  prefixes = { for role, settings in local.roles : role => "${var.name}-${settings.environment}" }

  # ARNs of each role's environment.
  arns = {
    for role, name in local.prefixes : role => {
      # Keep the default name: a deploy that renames the bucket deletes the old one.
      buckets = [
        for bucket in distinct(compact([
          "${name}-site-${local.account}",
          role == "preview" ? null : var.site_bucket_name,
        ])) : "arn:${local.partition}:s3:::${bucket}"
      ]
      tables     = [for table in ["connection-ids", "visitor-count"] : "arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${name}-${table}"]
      count      = "arn:${local.partition}:dynamodb:${var.region}:${local.account}:table/${name}-visitor-count"
      functions  = [for function in local.functions : "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${name}-${function}"]
      roles      = [for function in local.functions : "arn:${local.partition}:iam::${local.account}:role/${name}-${function}"]
      queue      = "arn:${local.partition}:sqs:${var.region}:${local.account}:${name}-broadcast-failures"
      rule       = "arn:${local.partition}:events:${var.region}:${local.account}:rule/${name}-reconcile"
      topics     = distinct(["arn:${local.partition}:sns:${var.region}:${local.account}:${name}-alarms", "arn:${local.partition}:sns:us-east-1:${local.account}:${name}-site-alarms"])
      alarms     = [for region in distinct([var.region, "us-east-1"]) : "arn:${local.partition}:cloudwatch:${region}:${local.account}:alarm:${name}-*"]
      dashboard  = "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${name}"
      budget     = "arn:${local.partition}:budgets::${local.account}:budget/${name}-monthly"
      log_groups = [for function in local.functions : "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/lambda/${name}-${function}"]
      state      = "arn:${local.partition}:s3:::${var.state_bucket}/${var.name}/${local.roles[role].environment}/*"
      state_lock = "arn:${local.partition}:s3:::${var.state_bucket}/${var.name}/${local.roles[role].environment}/*.tflock"
      # For existing resources with our tags, which must keep them.
      tagged = {
        StringLike         = { "aws:ResourceTag/Project" = var.name, "aws:ResourceTag/Environment" = local.roles[role].environment }
        StringLikeIfExists = { "aws:RequestTag/Project" = var.name, "aws:RequestTag/Environment" = local.roles[role].environment }
      }
      # For new resources, which must get our tags and must not have other ones.
      created = {
        StringLike         = { "aws:RequestTag/Project" = var.name, "aws:RequestTag/Environment" = local.roles[role].environment }
        StringLikeIfExists = { "aws:ResourceTag/Project" = var.name, "aws:ResourceTag/Environment" = local.roles[role].environment }
      }
      own_function = { ArnLike = { "lambda:FunctionArn" = [for function in local.functions : "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${name}-${function}"] } }
    }
  }

  functions = ["updater", "broadcaster"]

  reading = {
    for role, own in local.arns : role => [
      {
        Sid    = "ReadSite"
        Effect = "Allow"
        Action = [
          "s3:GetAccelerateConfiguration",
          "s3:GetBucketAcl",
          "s3:GetBucketCORS",
          "s3:GetBucketLogging",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketOwnershipControls",
          "s3:GetBucketPolicy",
          "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketRequestPayment",
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:GetBucketWebsite",
          "s3:GetEncryptionConfiguration",
          "s3:GetLifecycleConfiguration",
          "s3:GetReplicationConfiguration",
          # Provider 6.23 and later reads tags with it.
          "s3:ListTagsForResource",
          "s3:ListBucket",
        ]
        Resource = own.buckets
      },
      {
        Sid      = "ReadSiteFiles"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectTagging"]
        Resource = [for bucket in own.buckets : "${bucket}/*"]
      },
      {
        Sid    = "ReadTables"
        Effect = "Allow"
        Action = [
          "dynamodb:DescribeContinuousBackups",
          "dynamodb:DescribeTable",
          "dynamodb:DescribeTimeToLive",
          "dynamodb:ListTagsOfResource",
        ]
        Resource = own.tables
      },
      {
        # A destroy shows the count, and a deploy that adopts a kept table looks for its shards.
        Sid      = "ReadCount"
        Effect   = "Allow"
        Action   = "dynamodb:BatchGetItem"
        Resource = own.count
      },
      {
        Sid    = "ReadFunctions"
        Effect = "Allow"
        Action = [
          "lambda:GetFunction",
          "lambda:GetFunctionCodeSigningConfig",
          "lambda:GetFunctionEventInvokeConfig",
          "lambda:GetPolicy",
          "lambda:ListVersionsByFunction",
        ]
        Resource = own.functions
      },
      {
        # A mapping's ARN contains a generated ID, so the condition checks its function instead.
        Sid       = "ReadMapping"
        Effect    = "Allow"
        Action    = "lambda:GetEventSourceMapping"
        Resource  = "arn:${local.partition}:lambda:${var.region}:${local.account}:event-source-mapping:*"
        Condition = own.own_function
      },
      {
        Sid      = "ReadMappingTags"
        Effect   = "Allow"
        Action   = "lambda:ListTags"
        Resource = "arn:${local.partition}:lambda:${var.region}:${local.account}:event-source-mapping:*"
      },
      {
        Sid    = "ReadRoles"
        Effect = "Allow"
        Action = [
          "iam:GetRole",
          "iam:GetRolePolicy",
          "iam:ListAttachedRolePolicies",
          "iam:ListRolePolicies",
        ]
        Resource = own.roles
      },
      {
        Sid      = "ReadQueue"
        Effect   = "Allow"
        Action   = ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]
        Resource = own.queue
      },
      {
        Sid      = "ReadSchedule"
        Effect   = "Allow"
        Action   = ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
        Resource = own.rule
      },
      {
        Sid      = "ReadTopics"
        Effect   = "Allow"
        Action   = ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"]
        Resource = concat(own.topics, [for topic in own.topics : "${topic}:*"])
      },
      {
        # AWS checks DescribeAlarms against alarm:*, even if the request names its alarms.
        Sid      = "FindAlarms"
        Effect   = "Allow"
        Action   = "cloudwatch:DescribeAlarms"
        Resource = [for region in distinct([var.region, "us-east-1"]) : "arn:${local.partition}:cloudwatch:${region}:${local.account}:alarm:*"]
      },
      {
        Sid      = "ReadAlarms"
        Effect   = "Allow"
        Action   = "cloudwatch:ListTagsForResource"
        Resource = own.alarms
      },
      {
        Sid      = "ReadDashboard"
        Effect   = "Allow"
        Action   = "cloudwatch:GetDashboard"
        Resource = own.dashboard
      },
      {
        Sid      = "ReadBudget"
        Effect   = "Allow"
        Action   = ["budgets:ListTagsForResource", "budgets:ViewBudget"]
        Resource = own.budget
      },
      {
        Sid      = "ReadLogGroups"
        Effect   = "Allow"
        Action   = "logs:ListTagsForResource"
        Resource = own.log_groups
      },
      {
        # These actions do not support resources.
        Sid      = "ReadAccount"
        Effect   = "Allow"
        Action   = ["lambda:GetAccountSettings", "lambda:ListEventSourceMappings", "logs:DescribeLogGroups", "route53:ListHostedZones"]
        Resource = "*"
      },
      {
        # CloudFront's ARNs contain generated IDs, and only distributions have tags.
        Sid    = "ReadDistribution"
        Effect = "Allow"
        Action = [
          "cloudfront:GetDistribution",
          "cloudfront:GetOriginAccessControl",
          "cloudfront:GetResponseHeadersPolicy",
          "cloudfront:ListTagsForResource",
        ]
        Resource = local.cloudfront
      },
      {
        Sid    = "ReadGateway"
        Effect = "Allow"
        Action = "apigateway:GET"
        Resource = [
          "arn:${local.partition}:apigateway:${var.region}::/apis",
          "arn:${local.partition}:apigateway:${var.region}::/apis/*",
        ]
      },
    ]
  }

  cloudfront = [
    for kind in ["distribution", "origin-access-control", "response-headers-policy"] :
    "arn:${local.partition}:cloudfront::${local.account}:${kind}/*"
  ]
}
