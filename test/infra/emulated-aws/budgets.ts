/** Budgets. moto cannot list a notification's subscribers, tag a budget or update one. */
import { json, type Patch } from './patch.ts';

interface WithSubscribers {
  Notification: { NotificationType: string; Threshold: number };
  Subscribers: unknown[];
}

export function budgets(): Patch {
  const subscribers = new Map<string, unknown[]>();
  const tags = new Map<string, unknown[]>();
  /** Updates since creation, by the budget's name. */
  const changed = new Map<string, Record<string, unknown>>();
  const keyOf = (budget: string, { NotificationType, Threshold }: WithSubscribers['Notification']) =>
    `${budget} ${NotificationType} ${Threshold}`;
  return async ({ target, body }, forward) => {
    const operation = target.startsWith('AWSBudgetServiceGateway.') ? target.split('.')[1] : undefined;
    if (!operation) return undefined;
    const input = JSON.parse(body);
    if (operation === 'DescribeSubscribersForNotification')
      return json({ Subscribers: subscribers.get(keyOf(input.BudgetName, input.Notification)) ?? [] });
    if (operation === 'ListTagsForResource') return json({ ResourceTags: tags.get(input.ResourceARN) ?? [] });
    if (operation === 'TagResource') {
      tags.set(input.ResourceARN, input.ResourceTags);
      return json({});
    }
    if (operation === 'UpdateBudget') {
      changed.set(input.NewBudget.BudgetName, input.NewBudget);
      return json({});
    }
    if (operation === 'DescribeBudget') {
      const answer = await forward();
      if (answer.status !== 200) return answer;
      const { Budget } = JSON.parse(answer.body);
      return json({ Budget: { ...Budget, ...changed.get(input.BudgetName) } });
    }
    if (operation === 'CreateBudget' || operation === 'DeleteBudget')
      changed.delete(input.BudgetName ?? input.Budget.BudgetName);
    if (operation === 'CreateBudget' && input.ResourceTags)
      tags.set(`arn:aws:budgets::${input.AccountId}:budget/${input.Budget.BudgetName}`, input.ResourceTags);
    const added: WithSubscribers[] =
      operation === 'CreateBudget'
        ? (input.NotificationsWithSubscribers ?? [])
        : operation === 'CreateNotification'
          ? [input]
          : [];
    for (const { Notification, Subscribers } of added)
      subscribers.set(keyOf(input.BudgetName ?? input.Budget.BudgetName, Notification), Subscribers);
    return undefined;
  };
}
