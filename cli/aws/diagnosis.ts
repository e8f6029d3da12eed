/** Explains Terraform's and AWS's errors: what happened and what to do next. */
import { UserError } from '../../shared/user-error.ts';
import { flagOf, type Configuration } from '../configuration/index.ts';
import { ALREADY_EXISTS, SIGN_IN } from './errors.ts';

/** As Terraform prints them with `-json`. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  /** The resource. */
  address?: string;
}

/** What Terraform ended with, explained. */
export class TerraformError extends UserError {
  override name = 'TerraformError';
  readonly diagnostics: Diagnostic[];

  constructor(message: string, remedy: string, diagnostics: Diagnostic[]) {
    const original = diagnostics.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n\n');
    super(message, remedy, { cause: new Error(original) });
    this.diagnostics = diagnostics;
  }
}

interface Known {
  pattern: RegExp;
  explain: (context: Context) => { message: string; remedy: string };
}

interface Context {
  /** Summary and detail. */
  text: string;
  /** The resource, or `the configuration`. */
  resource: string;
  configuration: Configuration;
  /** As people type it: `npm run deploy -- --env staging`. */
  again: string;
  command: string;
}

const CONTINUES = 'it continues where it stopped';

/** The first match explains. Each text was seen, or is in the sources of the provider or in AWS's documentation. */
const KNOWN: Known[] = [
  {
    pattern: /Error acquiring the state lock[^]*Lock Info:/,
    explain: ({ text, command, configuration }) => {
      const read = (field: string) =>
        new RegExp(`^\\s*${field}:\\s*(.+)$`, 'm').exec(text)?.[1]?.trim() ?? '?';
      const operation = read('Operation')
        .replace(/^OperationType/, '')
        .toLowerCase();
      return {
        message: `The state is locked by ${read('Who')} (${operation}) since ${read('Created')}.`,
        remedy: `Wait until that run has ended, then run this again. If it is dead (a killed program, a cancelled pipeline), release its lock: ${command}${flagOf(configuration) || ' --'} --unlock ${read('ID')}`,
      };
    },
  },
  {
    pattern: /Saved plan is stale/,
    explain: ({ command, configuration }) => ({
      message: 'The plan is out of date: another one has been applied since.',
      remedy: `Make a new one: ${command}${flagOf(configuration)}`,
    }),
  },
  {
    pattern: /Failed to (save|persist) state|Error saving state|errored\.tfstate/,
    explain: ({ again }) => ({
      message: 'The state could not be saved in its bucket. It is kept on this machine.',
      remedy: `Fix what the lines above report, and run ${again} on this machine: it saves the state first.`,
    }),
  },
  {
    pattern: /ExpiredToken|RequestExpired|token (has|is) expired/,
    explain: ({ again }) => ({
      message: 'The AWS credentials have expired.',
      remedy: `Nothing is lost. ${SIGN_IN} Then run ${again}: ${CONTINUES}.`,
    }),
  },
  {
    pattern:
      /No valid credential sources|failed to refresh cached credentials|InvalidClientTokenId|UnrecognizedClient/i,
    explain: ({ again, configuration }) => ({
      message: 'There are no AWS credentials, or AWS does not recognize them.',
      remedy: `${SIGN_IN} Then run ${again}. If they are right, is the Region ${configuration.region} enabled for the account?`,
    }),
  },
  {
    pattern: /OperationAborted: A conflicting conditional operation/,
    explain: ({ again, configuration }) => ({
      message: 'AWS is still deleting the bucket that had this name before.',
      remedy: `That can take an hour. Then run ${again}, or choose another name: set ${configuration.whereIs('siteBucketName')}.`,
    }),
  },
  {
    pattern: /BucketAlreadyExists/,
    explain: ({ configuration }) => ({
      message: 'The name of the site’s bucket is taken: all AWS accounts share bucket names.',
      remedy: `Choose another one: set ${configuration.whereIs('siteBucketName')}, then run it again.`,
    }),
  },
  {
    pattern: /CAA_ERROR/,
    explain: ({ configuration, again }) => ({
      message: `The certificate of ${configuration.settings.domain} was refused: a CAA record of the domain does not allow Amazon.`,
      remedy: `Add the CAA record 0 issue "amazon.com" to the domain, then run ${again}.`,
    }),
  },
  {
    pattern: /ACM Certificate[^]*(issued|ISSUED)|PENDING_VALIDATION|VALIDATION_TIMED_OUT/,
    explain: ({ configuration: { settings }, again }) => ({
      message: `The certificate of ${settings.domain} is stuck in validation: AWS does not find its proof in the zone ${settings.hostedZoneId}.`,
      remedy: `Do the domain's name servers at its registrar match the zone's? \`aws route53 get-hosted-zone --id ${settings.hostedZoneId}\` lists the zone's, \`dig NS ${settings.domain}\` those in use. Fix them and run ${again}: it continues to wait.`,
    }),
  },
  {
    pattern: /CNAMEAlreadyExists|One or more of the CNAMEs/,
    explain: ({ configuration, again }) => ({
      message: `Another CloudFront distribution already answers for ${configuration.settings.domain} (or one of the additional domains).`,
      remedy: `Remove the name from that distribution's alternate domain names, or change ${configuration.whereIs('domain')}; then run ${again}.`,
    }),
  },
  {
    pattern: /account must be verified before you can add/i,
    explain: ({ again }) => ({
      message: 'AWS has not verified this account for CloudFront yet. New accounts have to wait.',
      remedy: `Open a case at https://console.aws.amazon.com/support ("Account and billing", "verify for CloudFront"), then run ${again}: ${CONTINUES}.`,
    }),
  },
  {
    pattern: /CloudWatch Logs role ARN must be set/,
    explain: ({ configuration }) => ({
      message: 'API Gateway has no role for writing logs in this account.',
      remedy: `Set ${configuration.whereIs('gatewayAccountRole')} to true and run npm run bootstrap, or set gatewayAccessLogs to false.`,
    }),
  },
  {
    pattern: /AccessDenied|not authorized to perform|UnauthorizedOperation|is not authorized/,
    explain: ({ text, resource, again }) => ({
      message: `These credentials may not ${/perform:? ([\w:*]+)/.exec(text)?.[1] ?? 'do that'} (${resource}).`,
      remedy: `Use credentials that may, such as an administrator's, and run ${again}: ${CONTINUES}.`,
    }),
  },
  {
    pattern: /Throttl|TooManyRequests|Rate exceeded|SlowDown|RequestLimitExceeded/,
    explain: ({ again, resource }) => ({
      message: `AWS keeps throttling the requests (${resource}).`,
      remedy: `Nothing is lost. Wait a few minutes and run ${again}: ${CONTINUES}.`,
    }),
  },
  {
    pattern: /deletion protection/i,
    explain: ({ configuration }) => ({
      message: 'The VisitorCount table is protected: deleting it would delete the count.',
      remedy: `npm run destroy${flagOf(configuration)} lifts the protection and offers to export the count first.`,
    }),
  },
  {
    pattern: ALREADY_EXISTS,
    explain: ({ resource, again, configuration }) => ({
      message: `${resource} already exists in the account, but not in this environment's state: another tool created it, or a run was killed.`,
      remedy: `Delete it in the console, or choose another name in ${configuration.file}; then run ${again}.`,
    }),
  },
  {
    pattern: /LimitExceeded|ServiceQuotaExceeded|quota|TooMany[A-Z]/,
    explain: ({ resource, again }) => ({
      message: `The account has reached a quota (${resource}).`,
      remedy: `Ask for more at https://console.aws.amazon.com/servicequotas, or delete what you do not need; then run ${again}.`,
    }),
  },
  {
    pattern: /no such host|dial tcp|connection refused|i\/o timeout|TLS handshake timeout/,
    explain: ({ again, configuration }) => ({
      message: `AWS could not be reached in ${configuration.region}.`,
      remedy: `Check the network and the Region's code. Nothing is lost: run ${again}, and ${CONTINUES}.`,
    }),
  },
];

/**
 * @param command as people type it, without flags: `npm run deploy`
 * @returns one error for all: known ones explained, others in their own words
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
        remedy: `Nothing is lost. Fix it and run ${again}: ${CONTINUES}.`,
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
