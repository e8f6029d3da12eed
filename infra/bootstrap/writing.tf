# Write permissions of the deploying roles. Those for functions, API and monitoring are in running.tf.
locals {
  permissions = {
    for role, settings in local.roles : role => {
      reading    = local.reading[role]
      options    = local.options[role]
      state      = [for statement in local.state[role] : statement if statement != null]
      storing    = [for statement in local.storing[role] : statement if settings.writes && statement != null]
      running    = [for statement in local.running[role] : statement if settings.writes]
      monitoring = [for statement in local.monitoring[role] : statement if settings.writes]
    }
  }

  # ---------------------------------------------------------------------------
  # State
  # ---------------------------------------------------------------------------

  state = {
    for role, own in local.arns : role => [
      {
        Sid      = "FindState"
        Effect   = "Allow"
        Action   = ["s3:GetBucketPolicy", "s3:ListBucket"]
        Resource = "arn:${local.partition}:s3:::${var.state_bucket}"
      },
      {
        Sid      = "ReadState"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = own.state
      },
      {
        Sid      = "LockState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = own.state_lock
      },
      !local.roles[role].writes ? null : {
        Sid      = "WriteState"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:PutObject"]
        Resource = own.state
      },
      # Releases are named after their SHA-256, which production.yml verifies, so storing one changes no other.
      role != "plan" ? null : {
        Sid      = "StoreRelease"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:${local.partition}:s3:::${var.state_bucket}/${var.name}/${local.roles[role].environment}/releases/*"
      },
    ]
  }

  # ---------------------------------------------------------------------------
  # Site, tables, CloudFront
  # ---------------------------------------------------------------------------

  storing = {
    for role, own in local.arns : role => [
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
      # Only previews have one (infra/preview_stage.tf). CreateFunction does not support resources.
      role != "preview" ? null : {
        Sid      = "CreateStageFunction"
        Effect   = "Allow"
        Action   = "cloudfront:CreateFunction"
        Resource = "*"
      },
      role != "preview" ? null : {
        Sid    = "ManageStageFunction"
        Effect = "Allow"
        Action = [
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
}
