output "role_arns" {
  description = "Role of each GitHub environment, to be its variable AWS_ROLE_ARN."
  value       = { for role, settings in local.roles : settings.github_environment => aws_iam_role.pipeline[role].arn }
}

output "permissions_boundary" {
  description = "Name of the policy that bounds the functions' roles, to be the repository's variable PERMISSIONS_BOUNDARY."
  value       = aws_iam_policy.functions.name
}

output "region" {
  description = "Region of the site, to be the repository's variable AWS_REGION."
  value       = var.region
}

output "subject" {
  description = "How the tokens begin that are trusted."
  value       = local.subject
}
