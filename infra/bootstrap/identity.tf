# ---------------------------------------------------------------------------
# Who GitHub says is asking
# ---------------------------------------------------------------------------

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  issuer       = "token.actions.githubusercontent.com"
  provider_arn = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"

  # repo:octocat@583231/resume@123456, or repo:octocat/resume in repositories from before July 2026. A name that is given away can
  # be taken by somebody else, a number can't: where the numbers are known, the name alone is not trusted.
  subject = join("", [
    "repo:",
    var.repository_ids == null ? var.repository : format(
      "%s@%d/%s@%d",
      split("/", var.repository)[0], var.repository_ids.owner,
      split("/", var.repository)[1], var.repository_ids.repository,
    ),
  ])
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# ---------------------------------------------------------------------------
# The three roles: what a GitHub environment may do to which environments of infra/
# ---------------------------------------------------------------------------

locals {
  # By the names that the workflows use (.github/workflows).
  roles = {
    # Behind an approval (docs/pipeline.md).
    production = {
      github_environment = "production"
      environment        = "production"
      writes             = true
    }
    # Code of a pull request runs with it, so that it reaches the resources of previews alone.
    preview = {
      github_environment = "preview"
      environment        = "pr-*"
      writes             = true
    }
    # Without an approval, for plans and drift: it reads production and changes nothing.
    plan = {
      github_environment = "plan"
      environment        = "production"
      writes             = false
    }
  }
}

resource "aws_iam_role" "pipeline" {
  for_each = local.roles

  name        = "${var.name}-github-${each.key}"
  description = "GitHub Actions of ${var.repository}, environment ${each.value.github_environment}"
  # A deploy with a certificate or a new distribution takes up to three quarters of an hour.
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OneEnvironmentOfOneRepository"
      Effect    = "Allow"
      Principal = { Federated = local.provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "${local.subject}:environment:${each.value.github_environment}"
        }
      }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.github]
}

# Policies of their own: together they are longer than a role's inline policies may be.
resource "aws_iam_policy" "pipeline" {
  for_each = merge([
    for role, settings in local.roles : {
      for area, statements in local.permissions[role] :
      "${role} ${area}" => { role = role, area = area, statements = statements } if length(statements) > 0
    }
  ]...)

  name        = "${var.name}-github-${each.value.role}-${each.value.area}"
  description = "GitHub Actions of ${var.repository}: ${each.value.role}, ${each.value.area}"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = each.value.statements
  })
}

resource "aws_iam_role_policy_attachment" "pipeline" {
  for_each = aws_iam_policy.pipeline

  role       = aws_iam_role.pipeline[split(" ", each.key)[0]].name
  policy_arn = each.value.arn
}
