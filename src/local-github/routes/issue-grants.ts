// What opens routes of issues: pull requests are issues too, and whoever may read may write of their own.
import { grant } from './route.ts';

export const readsIssues = [grant('issues', 'read'), grant('pull_requests', 'read')];
export const writesIssues = [grant('issues', 'write', 'triage'), grant('pull_requests', 'write', 'triage')];
export const comments = [grant('issues', 'write', 'read'), grant('pull_requests', 'write', 'read')];
