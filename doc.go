// Package espo is a client for the REST API of EspoCRM, 7.5 and later.
//
//	client, err := espo.NewClient("https://crm.example.com", espo.APIKey(key))
//	acc, err := client.Accounts.Create(ctx, espo.Account{Name: "Acme"})
//
// # Authentication
//
// [APIKey] and [HMAC] are for API users, [Basic] and [Token] for all others.
// Token logs in by itself, also with a second factor, and again when its
// token has expired. Anything that implements [Authenticator] will do.
//
// # Records
//
// A [RecordService] creates, reads, lists, updates and deletes the records of
// one entity type. The client has one for each stock entity type, such as
// Client.Accounts. For entity types of your own there are
//
//	projects := espo.Records[Project](client, "CProject") // with a struct
//	records := client.Records("CProject")                 // without one
//
// A struct is never sent whole as an update, since that would wipe what was
// not read: [RecordService.Update] sends the [Attrs] that it is given, where
// nil is null, and [RecordService.Modify] reads, changes, and sends the
// difference, guarded against other writers. The command cmd/espogen writes
// structs for the entity types and custom fields of a server.
//
// [Related] is the same for the records of a link, such as the contacts of an
// account.
//
// # Lists
//
// A [Query] says which records, with filters such as [Equal], [In] or [Or].
// Filters by day, such as [LastDays], say whether their attribute is a date or
// a date-time; see [DayFilter]. [RecordService.All] is every record, however
// many, in constant memory, paged by id so that none is skipped or repeated
// while others write; [RecordService.List] is one page.
//
// # Values
//
// [Date] and [DateTime] are EspoCRM's dates, in UTC on the wire. [Number]
// keeps every digit of an amount, and [Decimal] those of a field of type
// decimal. A [Record] holds any attributes. Numbers in values of type any are
// Numbers. A struct's field of type [Attrs] with the tag `json:",embed"` holds
// the attributes that the struct does not name. [Marshal] and [Unmarshal] store
// records and read them again.
//
// # Errors
//
// Every answer that is not a success is an [*Error] or wraps one. Ask with
// [errors.Is] for [ErrNotFound], [ErrForbidden] and the other sentinels, and
// with [errors.As] for a [ValidationError], [DuplicateError], [ConflictError]
// or [SecondFactorError]. An [InputError] says that nothing was sent. A
// reply that is not EspoCRM's own, such as the page of a proxy, is
// [ErrNotEspoCRM]; a connection that fails is [ErrTransport]; a write that was
// sent and of which nobody knows whether it was done is [ErrOutcomeUnknown].
// No error prints or logs credentials.
//
// # Versions
//
// What the server's version does not have is a [NotSupportedError], or reached
// in another way where that is the same. The client asks for the version when
// it must know it; [WithServerVersion] states it.
//
// # Transport
//
// What is safe to send twice is tried again, as [RetryPolicy] says. A call
// ends with its context, and a try when the server is silent for the time of
// [WithTimeout]. A rate limit goes into [WithLimiter]. [Client.Do] calls any
// endpoint that has no method.
//
// # Webhooks
//
// [WebhookService.Ensure] registers webhooks, and a [WebhookHandler] receives what
// they deliver. Package inbox stores it, so that nothing is lost, and processes it.
//
// # Watching
//
// [WithHook] tells functions of yours what is sent and how it ends. The modules
// github.com/go-espo/espo/otel and github.com/go-espo/espo/prometheus make
// traces and metrics of it. [WithLogger] logs each try, and [WithDebug] shows
// what goes over the wire.
//
// # Tests
//
// Package espotest is a fake EspoCRM for your tests.
package espo
