# Who may assume which role, and the shape of the policies. test/infra/roles.ts simulates single calls.

mock_provider "aws" {
  source = "./tests/mocks"
}

mock_provider "aws" {
  alias  = "site"
  source = "./tests/mocks"
}

variables {
  region         = "eu-central-1"
  repository     = "octocat/resume"
  repository_ids = { owner = 583231, repository = 1296269 }
  state_bucket   = "cloud-resume-state-123456789012"
}

run "defaults" {
  command = plan

  assert {
    condition = jsonencode({ for role in aws_iam_role.pipeline : role.name => jsondecode(role.assume_role_policy).Statement }) == jsonencode({
      for role in ["production", "preview", "plan"] : "cloud-resume-github-${role}" => [{
        Sid       = "OneEnvironmentOfOneRepository"
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud"           = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub"           = ["repo:octocat/resume:environment:${role}", "repo:octocat@583231/resume@1296269:environment:${role}"]
            "token.actions.githubusercontent.com:repository_id" = "1296269"
          }
          StringLike = {
            "token.actions.githubusercontent.com:ref" = { production = ["refs/heads/main"], preview = ["refs/heads/main", "refs/pull/*/merge", "main"], plan = ["refs/heads/main", "refs/pull/*/merge"] }[role]
          }
        }
      }]
    })
    error_message = "Each role trusts the jobs of one environment of this repository; production's only on main."
  }

  assert {
    condition     = aws_iam_openid_connect_provider.github[0].url == "https://token.actions.githubusercontent.com" && tolist(aws_iam_openid_connect_provider.github[0].client_id_list) == tolist(["sts.amazonaws.com"])
    error_message = "The account accepts GitHub's tokens for AWS only."
  }

  assert {
    condition     = alltrue([for action in flatten([for policy in aws_iam_policy.pipeline : jsondecode(policy.policy).Statement[*].Action]) : !strcontains(action, "*")])
    error_message = "No action contains a wildcard."
  }

  assert {
    condition = toset(flatten([for policy in aws_iam_policy.pipeline : [for statement in jsondecode(policy.policy).Statement : statement.Sid if flatten([statement.Resource]) == ["*"]]])) == toset([
      "CreateDistribution",
      "CreateHeadersAndAccess",
      "CreateStageFunction",
      "ManageMapping",
      "ReadAccount",
      "RequestCertificate",
    ])
    error_message = "Only actions without resource support use resource *."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_policy.pipeline["production running"].policy).Statement : statement.Condition == { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/cloud-resume-production-functions" } } if statement.Sid == "ManageRolesWithinBoundary"])
    error_message = "Production's role can create roles and policies only within production's boundary."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_iam_policy.pipeline["preview running"].policy).Statement : statement.Condition == { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/cloud-resume-pr-functions" } } if statement.Sid == "ManageRolesWithinBoundary"])
    error_message = "The preview role can create roles and policies only within the previews' boundary."
  }

  assert {
    condition     = toset([for key, policy in aws_iam_policy.pipeline : policy.name if startswith(key, "plan ")]) == toset(["cloud-resume-github-plan-options", "cloud-resume-github-plan-reading", "cloud-resume-github-plan-state"])
    error_message = "The plan role has no policy that writes resources."
  }

  assert {
    condition     = alltrue([for statement in flatten([for key, policy in aws_iam_policy.pipeline : jsondecode(policy.policy).Statement if startswith(key, "plan ")]) : alltrue([for action in flatten([statement.Action]) : can(regex("^[a-z0-9]+:(GET|Get|BatchGet|List|Describe|View)", action))]) || contains(["LockState", "StoreRelease"], statement.Sid)])
    error_message = "The plan role reads, locks the state and stores releases."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.pipeline : length(policy.policy) <= 6144])
    error_message = "IAM limits a policy to 6,144 characters."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.functions : length(policy.policy) <= 6144]) && !strcontains(aws_iam_policy.functions["preview"].policy, "production") && !strcontains(aws_iam_policy.functions["preview"].policy, "*/live/")
    error_message = "The previews' boundary contains no resource of production and not the stage that its connections use."
  }

  assert {
    condition     = output.role_arns != null && output.region == "eu-central-1" && output.permissions_boundaries == { production = "cloud-resume-production-functions", preview = "cloud-resume-pr-functions", plan = "cloud-resume-production-functions" }
    error_message = "The outputs contain the repository's variables."
  }
}

run "options" {
  command = plan

  variables {
    hosted_zone_id       = "Z0123456789ABC"
    access_logs          = true
    create_oidc_provider = false
    site_bucket_name     = "my-own-bucket"
    gateway_account_role = true
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "The provider is not created if another project owns it."
  }

  assert {
    condition     = [for statement in jsondecode(aws_iam_policy.pipeline["production options"].policy).Statement : [statement.Resource, statement.Condition] if statement.Sid == "WriteRecords"] == [["arn:aws:route53:::hostedzone/Z0123456789ABC", { "ForAllValues:StringEquals" = { "route53:ChangeResourceRecordSetsRecordTypes" = ["A", "AAAA", "CNAME"] } }]]
    error_message = "Production may write records in this zone only, and none for mail or name servers."
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
    error_message = "Production's bucket can have a custom name, which previews cannot access."
  }

  assert {
    condition     = !contains(keys(aws_iam_policy.pipeline), "preview options") && !strcontains(aws_iam_policy.pipeline["plan options"].policy, "ChangeResourceRecordSets")
    error_message = "Previews and plans cannot write records."
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.pipeline : length(policy.policy) <= 6144])
    error_message = "IAM limits a policy to 6,144 characters."
  }

  assert {
    condition     = length(aws_api_gateway_account.this) == 1 && aws_iam_role.gateway_account[0].name == "cloud-resume-gateway-logs"
    error_message = "API Gateway's CloudWatch role belongs to the account."
  }
}

run "longest_names" {
  command = plan

  variables {
    name             = "a-name-of-24-characters0"
    region           = "ap-southeast-1"
    state_bucket     = "a-state-bucket-whose-name-has-the-sixty-three-characters-of-s3x"
    site_bucket_name = "a-site-bucket-whose-name-has-the-sixty-three-characters-of-s3xx"
    hosted_zone_id   = "Z0123456789ABCDEFGHIJKLMNOPQRSTU"
    access_logs      = true
  }

  assert {
    condition     = alltrue([for policy in merge(aws_iam_policy.pipeline, aws_iam_policy.functions) : length(policy.policy) <= 6144])
    error_message = "IAM limits a policy to 6,144 characters: ${jsonencode({ for key, policy in aws_iam_policy.pipeline : key => length(policy.policy) })}"
  }
}
