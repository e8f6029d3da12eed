output "role_arns" {
  description = "Role of each GitHub environment, for its variable AWS_ROLE_ARN."
  value       = { for role, settings in local.roles : settings.github_environment => aws_iam_role.pipeline[role].arn }
}

output "permissions_boundary" {
  description = "Name of the functions' permissions boundary, for the repository variable PERMISSIONS_BOUNDARY."
  value       = aws_iam_policy.functions.name
}

output "region" {
  description = "Region of the site, for the repository variable AWS_REGION."
  value       = var.region
}

output "subject" {
  description = "Prefix of the trusted tokens' subject."
  value       = local.subject
}
