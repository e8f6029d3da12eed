/**
 * DynamoDB, by dynoxide. The shim translates the Region and account in its ARNs, and stores whether point-in-time recovery is on,
 * because dynoxide has no backups.
 */
import { ACCOUNT, json, type Patch } from './patch.ts';

const ENGINE_ARN = 'arn:aws:dynamodb:dynoxide:000000000000:';

export function dynamodb(): Patch {
  const recovery = new Map<string, string>();
  return async ({ target, body, region }, forward) => {
    if (!target.startsWith('DynamoDB')) return undefined;
    const ownArn = `arn:aws:dynamodb:${region}:${ACCOUNT}:`;
    if (!target.endsWith('ContinuousBackups')) {
      const answer = await forward(body.replaceAll(ownArn, ENGINE_ARN));
      return { ...answer, body: answer.body.replaceAll(ENGINE_ARN, ownArn) };
    }
    const { TableName, PointInTimeRecoverySpecification: specification } = JSON.parse(body) as {
      TableName: string;
      PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled: boolean };
    };
    if (specification)
      recovery.set(TableName, specification.PointInTimeRecoveryEnabled ? 'ENABLED' : 'DISABLED');
    return json({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: {
          PointInTimeRecoveryStatus: recovery.get(TableName) ?? 'DISABLED',
          ...(recovery.get(TableName) === 'ENABLED' && { RecoveryPeriodInDays: 35 }),
        },
      },
    });
  };
}
