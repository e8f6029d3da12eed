/** Reads what the alarm topic of the emulated account sends: a queue subscribes to it as an e-mail address would. */
import { setTimeout as sleep } from 'node:timers/promises';
import { REGION } from './deployment.ts';
import { elements, type AwsReader } from './aws-reader.ts';

const TOPIC = `arn:aws:sns:${REGION}:123456789012:cloud-resume-production-alarms`;
const QUEUE = 'mailbox';
/** 20 seconds. */
const ATTEMPTS = 80;
const SNS = { Version: '2010-03-31' };
const SQS = { Version: '2012-11-05' };

export async function subscribe(aws: AwsReader) {
  const [QueueUrl] = elements(
    await aws.query('sqs', { Action: 'CreateQueue', QueueName: QUEUE, ...SQS }),
    'QueueUrl',
  );
  const Endpoint = `arn:aws:sqs:${REGION}:123456789012:${QUEUE}`;
  const subscription = { Action: 'Subscribe', TopicArn: TOPIC, Protocol: 'sqs', Endpoint, ...SNS };
  const [SubscriptionArn] = elements(await aws.query('sns', subscription), 'SubscriptionArn');
  return {
    /** The next e-mail. */
    async next(): Promise<{ Subject: string; Message: string }> {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const answer = await aws.query('sqs', { Action: 'ReceiveMessage', QueueUrl: QueueUrl!, ...SQS });
        const [body] = elements(answer, 'Body');
        if (body) return JSON.parse(body);
        await sleep(250);
      }
      throw new Error('The topic sent no e-mail.');
    },
    async close() {
      await aws.query('sns', { Action: 'Unsubscribe', SubscriptionArn: SubscriptionArn!, ...SNS });
      await aws.query('sqs', { Action: 'DeleteQueue', QueueUrl: QueueUrl!, ...SQS });
    },
  };
}
