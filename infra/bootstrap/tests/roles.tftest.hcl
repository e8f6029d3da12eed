# Who may take which role, and the shape of what the roles may do. What that means for single calls is proven by simulation
# (test/infra/pipeline-roles.ts).

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  region       = "eu-central-1"
  repository   = "octocat/resume"
  state_bucket = "cloud-resume-state-123456789012"
}

run "defaults" {
  command = plan

  assert {
    condition = { for role in aws_iam_role.pipeline : role.name => jsondecode(role.assume_role_policy).Statement } == {
      for role in ["production", "preview", "plan"] : "cloud-resume-github-${role}" => [{
        Sid       = "OneEnvironmentOfOneRepository"
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
        Condition = { StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:octocat/resume:environment:${role}"
        } }
      }]
    }
    error_message = "Each role is for jobs of one environment of this repository, by exact comparison."
  }

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && tolist(aws_iam_openid_connect_provider.github[0].client_id_list) == tolist(["sts.amazonaws.com"])
    error_message = "GitHub's tokens are known to the account, and those alone that are meant for AWS."
  }

  assert {
    condition     = alltrue([for action in flatten([for policy in aws_iam_policy.pipeline : jsondecode(policy.policy).Statement[*].Action]) : !strcontains(action, "*")])
    error_message = "No action holds a wildcard."
  }

  assert {
    condition = toset(flatten([for policy in aws_iam_policy.pipeline : [for statement in jsondecode(policy.policy).Statement : statement.Sid if flatten([statement.Resource]) == ["*"]]])) == toset([
      "CreateDistribution",
      "CreateHeadersAndAccess",

      "KeepMapping",
      "LookAround",
      "RequestCertificate",
    ])
    error_message = "Resource * stands only where AWS knows no other."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_policy.pipeline["production running"].policy).Statement : statement.Condition == { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/cloud-resume-functions" } } if statement.Sid == "KeepRolesWithinBoundary"])
    error_message = "Roles are made and given policies only within the boundary."
  }

  assert {
    condition     = toset([for key, policy in aws_iam_policy.pipeline : policy.name if startswith(key, "plan ")]) == toset(["cloud-resume-github-plan-options", "cloud-resume-github-plan-reading"])
    error_message = "The plan's role has no policy that writes."
  }

  assert {
    condition     = alltrue([for statement in flatten([for key, policy in aws_iam_policy.pipeline : jsondecode(policy.policy).Statement if startswith(key, "plan ")]) : alltrue([for action in flatten([statement.Action]) : can(regex("^[a-z0-9]+:(GET|Get|List|Describe|View)", action))]) || statement.Sid == "LockState"])
    error_message = "The plan's role reads, and holds the state's lock."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.pipeline : length(policy.policy) <= 6144])
    error_message = "IAM takes 6,144 characters for a policy."
  }

  assert {
    condition     = length(jsondecode(aws_iam_policy.functions.policy).Statement) == 6 && length(aws_iam_policy.functions.policy) <= 6144 && aws_iam_policy.functions.name == "cloud-resume-functions"
    error_message = "The boundary is a policy of its own."
  }

  assert {
    condition     = output.role_arns != null && output.subject == "repo:octocat/resume" && output.region == "eu-central-1" && output.permissions_boundary == "cloud-resume-functions"
    error_message = "What the repository's variables are to be is put out."
  }
}

run "newer_repository" {
  command = plan

  variables {
    repository_ids = { owner = 583231, repository = 1296269 }
  }

  assert {
    condition     = toset([for role in aws_iam_role.pipeline : jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]]) == toset([for role in ["production", "preview", "plan"] : "repo:octocat@583231/resume@1296269:environment:${role}"])
    error_message = "With the numbers known, a name alone is not trusted."
  }
}

run "options" {
  command = plan

  variables {
    hosted_zone_id       = "Z0123456789ABC"
    access_logs          = true
    create_oidc_provider = false
    site_bucket_name     = "my-own-bucket"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account has one provider for GitHub; another project may own it."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.pipeline["production options"].policy).Statement : statement.Resource if statement.Sid == "WriteRecords"] == ["arn:aws:route53:::hostedzone/Z0123456789ABC"]
    error_message = "Records are written into the one zone."
  }

  assert {
    condition = {
      for role in ["production", "plan", "preview"] : role => toset([
        for arn in flatten([for key, policy in aws_iam_policy.pipeline : jsondecode(policy.policy).Statement[*].Resource if startswith(key, "${role} ")]) :
        arn if startswith(arn, "arn:aws:s3:::") && !strcontains(arn, "-state-")
      ])
      } == {
      for role, buckets in {
        production = ["cloud-resume-production-site-123456789012", "my-own-bucket"]
        plan       = ["cloud-resume-production-site-123456789012", "my-own-bucket"]
        preview    = ["cloud-resume-pr-*-site-123456789012"]
      } : role => toset(flatten([for bucket in buckets : ["arn:aws:s3:::${bucket}", "arn:aws:s3:::${bucket}/*"]]))
    }
    error_message = "Production's bucket may have a name of its own, which previews do not reach."
  }

  assert {
    condition     = !contains(keys(aws_iam_policy.pipeline), "preview options") && !strcontains(aws_iam_policy.pipeline["plan options"].policy, "ChangeResourceRecordSets")
    error_message = "Previews and plans write no records."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.pipeline : length(policy.policy) <= 6144])
    error_message = "IAM takes 6,144 characters for a policy."
  }
}
