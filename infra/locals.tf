data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  # Every name starts with this, so several environments fit in one account.
  prefix  = "${var.name}-${var.environment}"
  account = data.aws_caller_identity.current.account_id

  # The environments of pull requests, which live for days.
  is_preview = startswith(var.environment, "pr-")

  tags = merge(
    {
      Project     = var.name
      Environment = var.environment
      ManagedBy   = "Terraform"
    },
    var.tags,
  )

  # ---------------------------------------------------------------------------
  # Output of `npm run build`
  # ---------------------------------------------------------------------------

  site_directory      = coalesce(var.site_directory, "${path.module}/../dist/site")
  functions_directory = coalesce(var.functions_directory, "${path.module}/../dist/functions")
  site_manifest_file  = "${local.site_directory}.manifest.json"
  updater_zip         = "${local.functions_directory}/updater.zip"
  broadcaster_zip     = "${local.functions_directory}/broadcaster.zip"

  # Preconditions of the resources that need a missing file report it.
  # A condition's results must have the same type, and the files have different fields: choose between texts.
  site_manifest = jsondecode(
    fileexists(local.site_manifest_file)
    ? file(local.site_manifest_file)
    : jsonencode({ files = [], contentSecurityPolicy = "" })
  )
  # The path is the object's key. `file` is the name on disk, if it differs: "de.html" for "de".
  site_files = { for file in local.site_manifest.files : file.path => merge({ file = file.path }, file) }
  # Pages other than the index and 404.html: their visits are also counted by path.
  editions = sort([for path, file in local.site_files : path if startswith(file.contentType, "text/html") && !endswith(path, ".html")])

  # ---------------------------------------------------------------------------
  # Addresses of the site and the counter
  # ---------------------------------------------------------------------------

  site_domains = var.domain == null ? [] : concat([var.domain], var.additional_domains)
  in_zone      = var.domain != null && var.hosted_zone_id != null

  # The path at which pages connect. API Gateway accepts only its stage's name as the path.
  socket_path         = "live"
  stage               = local.is_preview ? "preview" : local.socket_path
  management_endpoint = "${replace(aws_apigatewayv2_api.counter.api_endpoint, "wss://", "https://")}/${local.stage}"
  site_host           = local.certificate_arn == null ? aws_cloudfront_distribution.site.domain_name : var.domain

  allowed_origins = concat(
    ["https://${aws_cloudfront_distribution.site.domain_name}"],
    [for domain in local.site_domains : "https://${domain}"],
    var.additional_origins,
  )
}
