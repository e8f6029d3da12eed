/** Terraform's and AWS's errors, as what happened and what to do next. */
import { flagOf, type Configuration } from '../configuration/index.ts';
import { UserError } from '../../shared/user-error.ts';

/** As `-json` puts them out. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  /** Resource that it is about. */
  address?: string;
}

/** What Terraform ended with, explained. */
export class TerraformError extends UserError {
  override name = 'TerraformError';
  readonly diagnostics: Diagnostic[];

  constructor(message: string, remedy: string, diagnostics: Diagnostic[]) {
    const own = diagnostics.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n\n');
    super(message, remedy, { cause: new Error(own) });
    this.diagnostics = diagnostics;
  }
}

/** Something is in AWS, but not in the state. */
export const ALREADY_EXISTS =
  /EntityAlreadyExists|AlreadyExists|DuplicateRecordException|ResourceInUseException|ResourceConflictException|already exists|BucketAlreadyOwnedByYou/;

interface Known {
  pattern: RegExp;
  explain: (context: Context) => { message: string; remedy: string };
}

interface Context {
  /** Summary and detail. */
  text: string;
  /** Resource that it is about, or `the configuration`. */
  resource: string;
  configuration: Configuration;
  /** As people type it: `npm run deploy -- --env staging`. */
  again: string;
  command: string;
}

const SIGN_IN = 'Sign in with `aws sso login` or `aws configure`, or set AWS_PROFILE; then run';

/** In this order: the first that fits explains. Each text was seen, or stands in the provider's or AWS's sources. */
const KNOWN: Known[] = [
  {
    pattern: /Error acquiring the state lock[^]*Lock Info:/,
    explain: ({ text, command, configuration }) => {
      const read = (field: string) =>
        new RegExp(`^\\s*${field}:\\s*(.+)$`, 'm').exec(text)?.[1]?.trim() ?? '?';
      const flags = flagOf(configuration);
      return {
        message: `The state is locked by ${read('Who')} (${read('Operation')
          .replace(/^OperationType/, '')
          .toLowerCase()}) since ${read('Created')}.`,
        remedy: `Wait until that run has ended, then run this again. If it is dead (a killed program, a cancelled pipeline), release its lock: ${command}${flags || ' --'} --unlock ${read('ID')}`,
      };
    },
  },
  {
    pattern: /Saved plan is stale/,
    explain: ({ command, configuration }) => ({
      message: 'The plan is out of date: somebody has applied another one in the meantime.',
      remedy: `Make a new one: ${command}${flagOf(configuration)}`,
    }),
  },
  {
    pattern: /Failed to (save|persist) state|Error saving state|errored\.tfstate/,
    explain: ({ again }) => ({
      message: 'The state could not be saved in its bucket. What was done is kept on this machine.',
      remedy: `Mend what the lines above name, and run ${again} on this machine: it hands the state in first.`,
    }),
  },
  {
    pattern: /ExpiredToken|RequestExpired|token (has|is) expired/,
    explain: ({ again }) => ({
      message: 'The AWS credentials have expired.',
      remedy: `Nothing is lost. ${SIGN_IN} ${again}: it goes on where it stopped.`,
    }),
  },
  {
    pattern:
      /No valid credential sources|failed to refresh cached credentials|InvalidClientTokenId|UnrecognizedClient/i,
    explain: ({ again, configuration }) => ({
      message: 'There are no AWS credentials, or AWS does not know them.',
      remedy: `${SIGN_IN} ${again}. If they are right, is the Region ${configuration.region} enabled for the account?`,
    }),
  },
  {
    pattern: /OperationAborted: A conflicting conditional operation/,
    explain: ({ again, configuration }) => ({
      message: 'AWS is still deleting the bucket that had this name before.',
      remedy: `That can take an hour. Run ${again} again then, or choose another name: set ${configuration.whereIs('siteBucketName')}.`,
    }),
  },
  {
    pattern: /BucketAlreadyExists/,
    explain: ({ configuration }) => ({
      message: 'The name of the site’s bucket is taken: bucket names are shared by all AWS accounts.',
      remedy: `Choose another one: set ${configuration.whereIs('siteBucketName')}, then run it again.`,
    }),
  },
  {
    pattern: /ACM Certificate[^]*(issued|ISSUED)|PENDING_VALIDATION|VALIDATION_TIMED_OUT|CAA_ERROR/,
    explain: ({ text, configuration, again }) => ({
      message: /CAA_ERROR/.test(text)
        ? `The certificate of ${configuration.settings.domain} was refused: a CAA record of the domain does not allow Amazon.`
        : `The certificate of ${configuration.settings.domain} is stuck in validation: AWS does not see the proof in the zone ${configuration.settings.hostedZoneId}.`,
      remedy: /CAA_ERROR/.test(text)
        ? `Add the CAA record 0 issue "amazon.com" to the domain, then run ${again}.`
        : `Does the domain's registrar name the zone's name servers? \`aws route53 get-hosted-zone --id ${configuration.settings.hostedZoneId}\` lists them, \`dig NS ${configuration.settings.domain}\` shows what the world sees. Mend it and run ${again}: it goes on waiting.`,
    }),
  },
  {
    pattern: /CNAMEAlreadyExists|One or more of the CNAMEs/,
    explain: ({ configuration, again }) => ({
      message: `Another CloudFront distribution already answers for ${configuration.settings.domain} (or one of the additional domains).`,
      remedy: `Take the name from that distribution's alternate domain names, or change ${configuration.whereIs('domain')}; then run ${again}.`,
    }),
  },
  {
    pattern: /account must be verified before you can add/i,
    explain: ({ again }) => ({
      message: 'AWS has not verified this account for CloudFront yet; new accounts have to wait for it.',
      remedy: `Open a case at https://console.aws.amazon.com/support ("Account and billing", "verify for CloudFront"), then run ${again}: it goes on where it stopped.`,
    }),
  },
  {
    pattern: /CloudWatch Logs role ARN must be set/,
    explain: ({ configuration }) => ({
      message: 'API Gateway has no role in this account with which to write logs.',
      remedy: `Set ${configuration.whereIs('gatewayAccountRole')} to true and run npm run bootstrap, or set gatewayAccessLogs to false.`,
    }),
  },
  {
    pattern: /AccessDenied|not authorized to perform|UnauthorizedOperation|is not authorized/,
    explain: ({ text, resource, again }) => ({
      message: `These credentials may not ${/perform:? ([\w:*]+)/.exec(text)?.[1] ?? 'do that'} (${resource}).`,
      remedy: `Use credentials that may, such as an administrator's, and run ${again}: it goes on where it stopped.`,
    }),
  },
  {
    pattern: /Throttl|TooManyRequests|Rate exceeded|SlowDown|RequestLimitExceeded/,
    explain: ({ again, resource }) => ({
      message: `AWS asked to go slower, again and again (${resource}).`,
      remedy: `Nothing is lost. Wait a few minutes and run ${again}: it goes on where it stopped.`,
    }),
  },
  {
    pattern: /deletion protection/i,
    explain: ({ configuration }) => ({
      message: 'The VisitorCount table is protected: deleting it would delete the count.',
      remedy: `npm run destroy${flagOf(configuration)} switches the protection off and offers to export the count first.`,
    }),
  },
  {
    pattern:
      /EntityAlreadyExists|AlreadyExists|DuplicateRecordException|ResourceInUseException|ResourceConflictException|already exists/,
    explain: ({ resource, again, configuration }) => ({
      message: `${resource} is in the account already, but not in this environment's state: another tool made it, or a run was killed in the middle.`,
      remedy: `Delete it in the console, or choose another name in ${configuration.file}; then run ${again}.`,
    }),
  },
  {
    pattern: /LimitExceeded|ServiceQuotaExceeded|quota|TooMany[A-Z]/,
    explain: ({ resource, again }) => ({
      message: `The account has reached a quota (${resource}).`,
      remedy: `Ask for more at https://console.aws.amazon.com/servicequotas, or delete what is not needed; then run ${again}.`,
    }),
  },
  {
    pattern: /no such host|dial tcp|connection refused|i\/o timeout|TLS handshake timeout/,
    explain: ({ again, configuration }) => ({
      message: `AWS could not be reached in ${configuration.region}.`,
      remedy: `Check the network and the Region's code. Nothing is lost: run ${again}, it goes on where it stopped.`,
    }),
  },
];

/**
 * @param command as people type it, without flags: `npm run deploy`
 * @returns one error for all: known ones by what to do, others in their own words
 */
export function diagnose(
  diagnostics: Diagnostic[],
  configuration: Configuration,
  command: string,
): TerraformError {
  const again = command + flagOf(configuration);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const explained = errors.map(({ summary, detail, address: resource = 'the configuration' }) => {
    const text = `${summary}\n${detail}`;
    const known = KNOWN.find(({ pattern }) => pattern.test(text));
    return (
      known?.explain({ text, resource, configuration, again, command }) ?? {
        message: `${resource}: ${summary}${detail ? `\n${indent(detail)}` : ''}`,
        remedy: `Nothing is lost. When it is mended, run ${again}: it goes on where it stopped.`,
      }
    );
  });
  const messages = [...new Set(explained.map(({ message }) => message))];
  const remedies = [...new Set(explained.map(({ remedy }) => remedy))];
  return new TerraformError(messages.join('\n'), remedies.join('\n'), errors);
}

function indent(text: string): string {
  return text.trim().replaceAll(/^/gm, '  ');
}
