output "role_arns" {
  description = "Role of each GitHub environment, for its variable AWS_ROLE_ARN."
  value       = { for role, settings in local.roles : settings.github_environment => aws_iam_role.pipeline[role].arn }
}

output "permissions_boundaries" {
  description = "Name of the functions' permissions boundary for each GitHub environment, for its variable PERMISSIONS_BOUNDARY."
  value = {
    for role, settings in local.roles :
    settings.github_environment => aws_iam_policy.functions[role == "preview" ? "preview" : "production"].name
  }
}

output "region" {
  description = "Region of the site, for the repository variable AWS_REGION."
  value       = var.region
}
