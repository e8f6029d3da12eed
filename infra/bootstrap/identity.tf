# ---------------------------------------------------------------------------
# Identity: GitHub's OIDC tokens
# ---------------------------------------------------------------------------

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  issuer       = "token.actions.githubusercontent.com"
  provider_arn = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"

  # Repositories created since July 2026 have numeric IDs in their subject. Both forms are accepted, because the condition on
  # repository_id identifies the repository: another user can take over a released name but never an ID.
  subjects = [
    "repo:${var.repository}",
    format(
      "repo:%s@%d/%s@%d",
      split("/", var.repository)[0], var.repository_ids.owner,
      split("/", var.repository)[1], var.repository_ids.repository,
    ),
  ]

  # A pull request's jobs have its merge ref. All other workflows run on the default branch.
  branch_ref        = "refs/heads/${var.branch}"
  pull_request_refs = "refs/pull/*/merge"
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.create_oidc_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# ---------------------------------------------------------------------------
# Roles: one per GitHub environment
# ---------------------------------------------------------------------------

locals {
  # Keyed by the names in .github/workflows.
  roles = {
    # Requires an approval (docs/pipeline.md).
    production = {
      github_environment = "production"
      environment        = "production"
      refs               = [local.branch_ref]
      writes             = true
    }
    # Runs code from pull requests, so it has access to previews only. After a merge, GitHub has named the branch itself instead of its
    # ref (https://github.com/actions/runner/issues/256).
    preview = {
      github_environment = "preview"
      environment        = "pr-*"
      refs               = [local.branch_ref, local.pull_request_refs, var.branch]
      writes             = true
    }
    # For plans and drift checks, without an approval: reads production and changes nothing.
    plan = {
      github_environment = "plan"
      environment        = "production"
      refs               = [local.branch_ref, local.pull_request_refs]
      writes             = false
    }
  }
}

resource "aws_iam_role" "pipeline" {
  for_each = local.roles

  name        = "${var.name}-github-${each.key}"
  description = "GitHub Actions of ${var.repository}, environment ${each.value.github_environment}"
  # A deploy with a certificate or a new distribution takes up to 45 minutes.
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
          "${local.issuer}:aud"           = "sts.amazonaws.com"
          "${local.issuer}:sub"           = [for subject in local.subjects : "${subject}:environment:${each.value.github_environment}"]
          "${local.issuer}:repository_id" = tostring(var.repository_ids.repository)
        }
        StringLike = { "${local.issuer}:ref" = each.value.refs }
      }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.github]
}

# Managed policies, because together they exceed the size limit of inline policies.
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
