# Permissions for optional settings of infra/. Those for a domain are always included, because its DNS may be elsewhere.
locals {
  options = {
    for role, settings in local.roles : role => [
      for statement in concat(
        local.certificate_statements[role],
        [for statement in local.zone_statements : statement if var.hosted_zone_id != null],
        [for statement in local.access_log_statements[role] : statement if var.access_logs],
      ) : statement if role != "preview" && (settings.writes || startswith(statement.Sid, "Read"))
    ]
  }

  certificate_statements = {
    for role, own in local.arns : role => [
      {
        Sid      = "ReadCertificates"
        Effect   = "Allow"
        Action   = ["acm:DescribeCertificate", "acm:ListTagsForCertificate"]
        Resource = local.certificates
      },
      {
        Sid       = "RequestCertificate"
        Effect    = "Allow"
        Action    = "acm:RequestCertificate"
        Resource  = "*"
        Condition = own.created
      },
      {
        Sid       = "TagNewCertificate"
        Effect    = "Allow"
        Action    = "acm:AddTagsToCertificate"
        Resource  = local.certificates
        Condition = own.created
      },
      {
        Sid       = "ManageCertificates"
        Effect    = "Allow"
        Action    = ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"]
        Resource  = local.certificates
        Condition = own.tagged
      },
    ]
  }

  certificates = [
    for region in distinct([var.region, "us-east-1"]) :
    "arn:${local.partition}:acm:${region}:${local.account}:certificate/*"
  ]

  zone_statements = [
    {
      Sid      = "ReadZone"
      Effect   = "Allow"
      Action   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
      Resource = local.zone
    },
    {
      Sid      = "ReadChanges"
      Effect   = "Allow"
      Action   = "route53:GetChange"
      Resource = "arn:${local.partition}:route53:::change/*"
    },
    {
      # The site's records and those that validate its certificate: not the domain's mail or name servers.
      Sid      = "WriteRecords"
      Effect   = "Allow"
      Action   = "route53:ChangeResourceRecordSets"
      Resource = local.zone
      Condition = {
        "ForAllValues:StringEquals" = { "route53:ChangeResourceRecordSetsRecordTypes" = ["A", "AAAA", "CNAME"] }
      }
    },
    # A deploy deletes the domain that earlier versions gave the API.
    {
      Sid      = "ReadCounterDomain"
      Effect   = "Allow"
      Action   = "apigateway:GET"
      Resource = local.counter_domains
    },
    {
      Sid      = "DeleteCounterDomain"
      Effect   = "Allow"
      Action   = "apigateway:DELETE"
      Resource = local.counter_domains
    },
  ]

  counter_domains = "arn:${local.partition}:apigateway:${var.region}::/domainnames/*"

  zone = "arn:${local.partition}:route53:::hostedzone/${coalesce(var.hosted_zone_id, "none")}"

  # These actions support no resources, or only IDs that AWS generates.
  access_log_statements = {
    for role, own in local.arns : role => [
      {
        Sid    = "ReadDeliveries"
        Effect = "Allow"
        Action = [
          "logs:DescribeResourcePolicies",
          "logs:GetDelivery",
          "logs:GetDeliveryDestination",
          "logs:GetDeliverySource",
          "logs:GetLogDelivery",
          "logs:ListLogDeliveries",
          "logs:ListTagsForResource",
        ]
        Resource = "*"
      },
      {
        Sid    = "ManageDeliveries"
        Effect = "Allow"
        Action = [
          "logs:CreateDelivery",
          "logs:CreateLogDelivery",
          "logs:DeleteDelivery",
          "logs:DeleteDeliveryDestination",
          "logs:DeleteDeliverySource",
          "logs:DeleteLogDelivery",
          "logs:DeleteResourcePolicy",
          "logs:PutDeliveryDestination",
          "logs:PutDeliverySource",
          "logs:PutResourcePolicy",
          "logs:UpdateLogDelivery",
        ]
        Resource = "*"
      },
      {
        Sid    = "ManageAccessLogs"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ]
        Resource = [
          for group in [
            "arn:${local.partition}:logs:us-east-1:${local.account}:log-group:/aws/vendedlogs/${local.prefixes[role]}-site",
            "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/aws/apigateway/${local.prefixes[role]}-counter",
          ] : "${group}*"
        ]
      },
      {
        # Log deliveries have generated IDs.
        Sid    = "TagDeliveries"
        Effect = "Allow"
        Action = ["logs:TagResource", "logs:UntagResource"]
        Resource = [
          for resource in ["delivery-source:${local.prefixes[role]}-site", "delivery-destination:${local.prefixes[role]}-site", "delivery:*"] :
          "arn:${local.partition}:logs:us-east-1:${local.account}:${resource}"
        ]
      },
      {
        Sid       = "DeliverDistributionLog"
        Effect    = "Allow"
        Action    = "cloudfront:AllowVendedLogDeliveryForResource"
        Resource  = "arn:${local.partition}:cloudfront::${local.account}:distribution/*"
        Condition = own.tagged
      },
    ]
  }
}
