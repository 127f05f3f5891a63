package espo_test

import (
	"errors"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
)

var userRouteCalls = []routeCall{
	{"POST EmailTemplate/:id/prepare", func(x *routeRun) error {
		id := x.seed("EmailTemplate", espo.Attrs{"name": "T", "subject": "Hello", "body": "<p>Dear {Person.name}</p>"})
		return failure(x.client.Emails.PrepareTemplate(x.ctx, id, espo.TemplateData{}))
	}, nil},
	{"POST Email/:id/attachments/copy", func(x *routeRun) error {
		return failure(x.admin.Emails.CopyAttachments(x.ctx, x.email(), espo.AttachmentField("Case", "attachments"), espo.Ref{}))
	}, nil},
	{"POST Email/importEml", func(x *routeRun) error {
		file, err := x.client.Attachments.Upload(x.ctx, espo.Upload{
			Name: "m.eml", Content: strings.NewReader("From: a@x.example\r\nSubject: Hi\r\n\r\nHello\r\n"), For: espo.NoteAttachment(),
		})
		require.NoError(x.t, err)
		return failure(x.client.Emails.ImportEML(x.ctx, file.ID))
	}, nil},
	{"POST Email/sendTest", func(x *routeRun) error {
		return x.client.Emails.SendTest(x.ctx, "you@x.example", espo.SMTPSettings{Server: "nowhere.example", Port: 25})
	}, espo.ErrServer}, // the fake server sends nothing
	{"POST Email/inbox/read", func(x *routeRun) error {
		return errors.Join(x.admin.Emails.MarkRead(x.ctx, []string{x.email()}), x.admin.Emails.MarkAllRead(x.ctx))
	}, nil},
	{"DELETE Email/inbox/read", func(x *routeRun) error { return x.admin.Emails.MarkUnread(x.ctx, []string{x.email()}) }, nil},
	{"POST Email/inbox/important", func(x *routeRun) error { return x.admin.Emails.MarkImportant(x.ctx, []string{x.email()}) }, nil},
	{"DELETE Email/inbox/important", func(x *routeRun) error { return x.admin.Emails.MarkUnimportant(x.ctx, []string{x.email()}) }, nil},
	{"POST Email/inbox/inTrash", func(x *routeRun) error { return x.admin.Emails.Trash(x.ctx, []string{x.email()}) }, nil},
	{"DELETE Email/inbox/inTrash", func(x *routeRun) error { return x.admin.Emails.Untrash(x.ctx, []string{x.email()}) }, nil},
	{"POST Email/inbox/folders/:folderId", func(x *routeRun) error {
		return x.admin.Emails.MoveToFolder(x.ctx, "inbox", []string{x.email()})
	}, nil},
	{"GET Email/inbox/notReadCounts", func(x *routeRun) error { return failure(x.admin.Emails.UnreadCounts(x.ctx)) }, nil},
	{"GET Email/insertFieldData", func(x *routeRun) error {
		return failure(x.client.Emails.InsertableFields(x.ctx, x.accountRef(), "you@x.example"))
	}, nil},
	{"POST Email/:id/users", func(x *routeRun) error {
		id := x.email()
		return x.admin.Emails.AddUsers(x.ctx, id, []string{x.jane()})
	}, nil},
	{"GET EmailAddress/search", func(x *routeRun) error {
		return failure(x.client.Emails.SearchAddresses(x.ctx, "jane", 5))
	}, nil},

	{"GET User/:id/stream/own", func(x *routeRun) error { return readFeed(x.ctx, x.client.Stream.By(x.me())) }, nil},
	{"GET User/:id/acl", func(x *routeRun) error { return failure(x.client.Users.ACL(x.ctx, x.me())) }, nil},
	{"POST UserSecurity/apiKey/generate", func(x *routeRun) error {
		return failure(x.admin.Users.GenerateAPIKey(x.ctx, x.me()))
	}, nil},
	{"PUT UserSecurity/password", func(x *routeRun) error {
		x.jane()
		jane := x.srv.ClientAs(espo.Basic("jane", janesPassword))
		return jane.Users.ChangePassword(x.ctx, espo.PasswordChange{Current: janesPassword, New: "Second-pass-2"})
	}, nil},
	{"POST UserSecurity/password/recovery", func(x *routeRun) error {
		return x.admin.Users.SendPasswordRecovery(x.ctx, x.jane())
	}, nil},
	{"POST UserSecurity/password/generate", func(x *routeRun) error {
		return x.admin.Users.GeneratePassword(x.ctx, x.jane())
	}, nil},
	{"POST User/passwordChangeRequest", func(x *routeRun) error {
		x.jane()
		return x.client.Users.RequestPasswordChange(x.ctx, espo.PasswordRecovery{UserName: "jane", EmailAddress: "jane@x.example"})
	}, nil},
	{"POST User/changePasswordByRequest", func(x *routeRun) error {
		return failure(x.client.Users.ChangePasswordByRequest(x.ctx, espo.PasswordReset{RequestID: "6b0538bc04ab91663", New: "Second-pass-2"}))
	}, espo.ErrNotFound}, // the request goes out by e-mail only
	{"PUT Team/:id/userPosition", func(x *routeRun) error {
		team := x.seed("Team", espo.Attrs{"name": "Sales", "positionList": []string{"Lead"}})
		return x.admin.Teams.SetPosition(x.ctx, team, espo.TeamPosition{UserID: x.me(), Position: "Lead"})
	}, nil},
	{"POST EmailAccount/:id/resetFetchData", func(x *routeRun) error {
		return failure(x.client.Emails.ResetFetching(x.ctx, x.emailAccount(), espo.NewDate(2026, 1, 2)))
	}, nil},
	{"POST InboundEmail/:id/resetFetchData", func(x *routeRun) error {
		account := espo.Ref{Type: "InboundEmail", ID: x.seed("InboundEmail", espo.Attrs{"name": "Support", "emailAddress": "s@x.example"})}
		return failure(x.admin.Emails.ResetFetching(x.ctx, account, espo.NewDate(2026, 1, 2)))
	}, nil},

	{"GET Oidc/authorizationData", func(x *routeRun) error {
		return x.do("GET", "Oidc/authorizationData", nil)
	}, espo.ErrNotFound},
	{"POST Oidc/backchannelLogout", func(x *routeRun) error {
		return x.do("POST", "Oidc/backchannelLogout", espo.Attrs{"logout_token": "x"})
	}, espo.ErrMethodNotAllowed},
	{"POST OAuth/:id/connection", func(x *routeRun) error {
		return x.do("POST", "OAuth/6b0538bc04ab91663/connection", espo.Attrs{"code": "x"})
	}, espo.ErrNotFound},
	{"DELETE OAuth/:id/connection", func(x *routeRun) error {
		return x.do("DELETE", "OAuth/6b0538bc04ab91663/connection", nil)
	}, espo.ErrNotFound},
	{"GET OpenApi", func(x *routeRun) error { return failure(x.client.Metadata.OpenAPI(x.ctx)) }, nil},
}

const janesPassword = "First-pass-1"

// jane is a user with an e-mail address.
func (x *routeRun) jane() string {
	user, err := x.admin.Users.Create(x.ctx, espo.User{
		UserName: "jane", LastName: "Doe", Type: espo.UserTypeRegular, EmailAddress: "jane@x.example",
		Password: janesPassword, PasswordConfirm: janesPassword,
	})
	require.NoError(x.t, err)
	return user.ID
}

// emailAccount is one of the client's user.
func (x *routeRun) emailAccount() espo.Ref {
	return espo.Ref{Type: "EmailAccount", ID: x.seed("EmailAccount", espo.Attrs{
		"name": "Mine", "emailAddress": "me@x.example", "assignedUserId": x.me(),
	})}
}

// email is an e-mail in the administrator's inbox.
func (x *routeRun) email() string {
	me, err := x.admin.App.CurrentUser(x.ctx)
	require.NoError(x.t, err)
	email, err := x.admin.Emails.Create(x.ctx, espo.Email{Name: "News", From: "a@x.example", To: "b@x.example"})
	require.NoError(x.t, err)
	require.NoError(x.t, x.admin.Emails.AddUsers(x.ctx, email.ID, []string{me.User.ID}))
	return email.ID
}
