package espo_test

import (
	"context"
	"io"

	"github.com/stretchr/testify/require"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

var appCalls = []matrixCall{
	{name: "Client.Do", any: true, ready: func(x *matrixRun) ask {
		id := x.account()
		return func() (any, error) {
			var out espo.Record
			err := x.client.Do(x.ctx, espo.Request{Path: []string{"Account", id}}, &out, x.opt)
			return out, err
		}
	}},
	{name: "Client.Do:post", any: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			var out espo.Account
			err := x.client.Do(x.ctx, espo.Request{Method: "POST", Path: []string{"Account"}, Body: espo.Attrs{"name": "Acme"}}, &out, x.opt)
			return out, err
		}
	}},
	{name: "Client.Do:writer", any: true, streams: true, ready: func(x *matrixRun) ask {
		id := x.file()
		return x.written(func(w io.Writer) (int64, error) {
			return 0, x.client.Do(x.ctx, espo.Request{Path: []string{"Attachment", "file", id}}, w, x.opt)
		})
	}},
	{name: "Client.Do:hmac", any: true, ready: func(x *matrixRun) ask {
		id, c := x.account(), x.connect(espo.HMAC(espotest.HMACAPIKey, espotest.HMACSecret))
		return func() (any, error) {
			var out espo.Account
			err := c.Do(x.ctx, espo.Request{Method: "PATCH", Path: []string{"Account", id}, Body: espo.Attrs{"description": "x"}}, &out, x.opt)
			return out, err
		}
	}},

	{name: "TokenAuth.Authenticate", ready: func(x *matrixRun) ask {
		c := x.connect(x.token())
		return func() (any, error) { return c.Accounts.Create(x.ctx, espo.Account{Name: "Acme"}, x.opt) }
	}},
	{name: "TokenAuth.Authenticate:second-factor", ready: func(x *matrixRun) ask {
		x.secrets = append(x.secrets, espotest.TOTPPassword, espotest.TOTPCode)
		c := x.connect(espo.Token(espotest.TOTPUser, espotest.TOTPPassword, espo.TokenSecret(),
			espo.SecondFactor(func(context.Context, espo.SecondFactorRequest) (string, error) { return espotest.TOTPCode, nil })))
		return func() (any, error) {
			user, err := c.App.CurrentUser(x.ctx, x.opt)
			return user.User.UserName, err
		}
	}},
	{name: "TokenAuth.Renew", ready: func(x *matrixRun) ask {
		c := x.connect(x.token())
		require.NoError(x.t, c.App.Ping(x.ctx))
		x.srv.RevokeTokens()
		return func() (any, error) { return c.Accounts.Create(x.ctx, espo.Account{Name: "Acme"}, x.opt) }
	}},
	{name: "TokenAuth.Renew:stored", ready: func(x *matrixRun) ask {
		auth := x.token()
		require.NoError(x.t, x.connect(auth).App.Ping(x.ctx))
		x.secrets = append(x.secrets, auth.Token())
		id, c := x.account(), x.connect(espo.Token(espotest.AdminUser, "", espo.StoredToken(auth.Token())))
		return func() (any, error) { return c.Accounts.Get(x.ctx, id, x.opt) }
	}},
	{name: "Client.Logout", same: true, ready: func(x *matrixRun) ask {
		c := x.connect(x.token())
		require.NoError(x.t, c.App.Ping(x.ctx))
		return func() (any, error) { return fails(c.Logout(x.ctx, x.opt)) }
	}},

	{name: "AppService.CurrentUser", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.App.CurrentUser(x.ctx, x.opt) }
	}},
	{name: "AppService.Ping", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return fails(x.client.App.Ping(x.ctx, x.opt)) }
	}},
	{name: "Client.ServerVersion", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.ServerVersion(x.ctx, x.opt) }
	}},
	{name: "AppService.Settings", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.App.Settings(x.ctx, x.opt) }
	}},
	{name: "AppService.UpdateSettings", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.admin.App.UpdateSettings(x.ctx, espo.Attrs{"timeZone": "Europe/Kyiv"}, x.opt)
		}
	}},
	{name: "AppService.About", ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.App.About(x.ctx, x.opt) }
	}},
	{name: "AppService.Params", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.App.Params(x.ctx, x.opt) }
	}},

	{name: "MetadataService.Full", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.Full(x.ctx, x.opt) }
	}},
	{name: "MetadataService.Get", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			var types map[string]any
			err := x.client.Metadata.Get(x.ctx, "entityDefs.Account.fields.name", &types, x.opt)
			return types, err
		}
	}},
	{name: "MetadataService.Get:text", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			var name string
			err := x.client.Metadata.Get(x.ctx, "entityDefs.Account.fields.name.type", &name, x.opt)
			return name, err
		}
	}},
	{name: "MetadataService.EntityTypes", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.EntityTypes(x.ctx, x.opt) }
	}},
	{name: "MetadataService.EntityType", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.EntityType(x.ctx, "Account", x.opt) }
	}},
	{name: "MetadataService.Field", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.Field(x.ctx, "Account", "name", x.opt) }
	}},
	{name: "MetadataService.Link", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.Link(x.ctx, "Account", "contacts", x.opt) }
	}},
	{name: "MetadataService.EnumOptions", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.Metadata.EnumOptions(x.ctx, "Lead", "status", x.opt) }
	}},
	{name: "MetadataService.OpenAPI", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			text, err := x.client.Metadata.OpenAPI(x.ctx, x.opt)
			return string(text), err
		}
	}},
	{name: "I18nService.Labels", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.I18n.Labels(x.ctx, x.opt) }
	}},
	{name: "I18nService.DefaultLabels", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.I18n.DefaultLabels(x.ctx, x.opt) }
	}},
	{name: "CurrencyRateService.Get", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.client.CurrencyRates.Get(x.ctx, x.opt) }
	}},
	{name: "CurrencyRateService.Set", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return fails(x.client.CurrencyRates.Set(x.ctx, map[string]espo.Number{"EUR": "1.25"}, x.opt))
		}
	}},
	{name: "AdminService.Rebuild", same: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return fails(x.admin.Admin.Rebuild(x.ctx, x.opt)) }
	}},
	{name: "AdminService.ClearCache", same: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return fails(x.admin.Admin.ClearCache(x.ctx, x.opt)) }
	}},
	{name: "AdminService.JobNames", free: true, ready: func(x *matrixRun) ask {
		return func() (any, error) { return x.admin.Admin.JobNames(x.ctx, x.opt) }
	}},
	{name: "PagedService.List:global-search", ready: func(x *matrixRun) ask {
		x.accounts(2)
		return func() (any, error) { return x.client.GlobalSearch.Search("Account").List(x.ctx, espo.Paging{}, x.opt) }
	}},
	{name: "PagedService.All:global-search", ready: func(x *matrixRun) ask {
		x.accounts(2)
		return func() (any, error) { return espo.Collect(x.client.GlobalSearch.Search("Account").All(x.ctx, x.opt)) }
	}},

	{name: "LeadCaptureService.Submit", public: true, ready: func(x *matrixRun) ask {
		key := x.capturePoint().String("apiKey")
		x.secrets = append(x.secrets, key)
		return func() (any, error) {
			return fails(x.client.LeadCapture.Submit(x.ctx, espo.Secret(key), espo.Attrs{"lastName": "Koval"}, x.opt))
		}
	}},
	{name: "LeadCaptureService.SubmitForm", public: true, free: true, ready: func(x *matrixRun) ask {
		form := x.capturePoint().String("formId")
		return func() (any, error) {
			return x.client.LeadCapture.SubmitForm(x.ctx, form, espo.FormSubmission{Lead: espo.Attrs{"lastName": "Koval"}}, x.opt)
		}
	}},
	{name: "LeadCaptureService.GenerateAPIKey", noIDs: true, ready: func(x *matrixRun) ask {
		id := x.capturePoint().ID()
		return func() (any, error) { return x.admin.LeadCapture.GenerateAPIKey(x.ctx, id, x.opt) }
	}},

	{name: "UserService.ACL", free: true, ready: func(x *matrixRun) ask {
		id := x.me()
		return func() (any, error) { return x.client.Users.ACL(x.ctx, id, x.opt) }
	}},
	{name: "ListService.List:access", ready: func(x *matrixRun) ask {
		ref := x.accountRef()
		return func() (any, error) { return x.admin.Users.AccessTo(ref).List(x.ctx, espo.Query{}, x.opt) }
	}},
	{name: "UserService.Preferences", ready: func(x *matrixRun) ask {
		id := x.me()
		return func() (any, error) { return x.client.Users.Preferences(x.ctx, id, x.opt) }
	}},
	{name: "UserService.UpdatePreferences", ready: func(x *matrixRun) ask {
		id := x.me()
		return func() (any, error) {
			return x.client.Users.UpdatePreferences(x.ctx, id, espo.Attrs{"decimalMark": ","}, x.opt)
		}
	}},
	{name: "UserService.ResetPreferences", ready: func(x *matrixRun) ask {
		id := x.me()
		return func() (any, error) { return x.client.Users.ResetPreferences(x.ctx, id, x.opt) }
	}},
	{name: "UserService.GenerateAPIKey", ready: func(x *matrixRun) ask {
		id := x.me()
		return func() (any, error) { return x.admin.Users.GenerateAPIKey(x.ctx, id, x.opt) }
	}},
	{name: "UserService.ChangePassword", final: true, ready: func(x *matrixRun) ask {
		x.jane()
		x.secrets = append(x.secrets, janesPassword, "Second-pass-2")
		jane := x.connect(espo.Basic("jane", janesPassword))
		return func() (any, error) {
			return fails(jane.Users.ChangePassword(x.ctx, espo.PasswordChange{Current: janesPassword, New: "Second-pass-2"}, x.opt))
		}
	}},
	{name: "UserService.GeneratePassword", ready: func(x *matrixRun) ask {
		id := x.jane()
		return func() (any, error) { return fails(x.admin.Users.GeneratePassword(x.ctx, id, x.opt)) }
	}},
	{name: "UserService.SendPasswordRecovery", ready: func(x *matrixRun) ask {
		id := x.jane()
		return func() (any, error) { return fails(x.admin.Users.SendPasswordRecovery(x.ctx, id, x.opt)) }
	}},
	{name: "UserService.RequestPasswordChange", public: true, ready: func(x *matrixRun) ask {
		x.jane()
		return func() (any, error) {
			return fails(x.client.Users.RequestPasswordChange(x.ctx, espo.PasswordRecovery{UserName: "jane", EmailAddress: "jane@x.example"}, x.opt))
		}
	}},
	{name: "UserService.ChangePasswordByRequest", public: true, free: true, ready: func(x *matrixRun) ask {
		x.secrets = append(x.secrets, "Second-pass-2", "6b05aaaaaaaaaaaaa")
		return func() (any, error) {
			return x.client.Users.ChangePasswordByRequest(x.ctx, espo.PasswordReset{RequestID: "6b05aaaaaaaaaaaaa", New: "Second-pass-2"}, x.opt)
		}
	}},
	{name: "TeamService.SetPosition", ready: func(x *matrixRun) ask {
		team, me := x.seed("Team", espo.Attrs{"name": "Sales", "positionList": []string{"Lead"}}), x.me()
		return func() (any, error) {
			return fails(x.admin.Teams.SetPosition(x.ctx, team, espo.TeamPosition{UserID: me, Position: "Lead"}, x.opt))
		}
	}},
	{name: "WebhookService.Register", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Webhooks.Register(x.ctx, espo.Webhook{
				Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookCreate}, URL: "https://hooks.example/espo",
			}, x.opt)
		}
	}},
	{name: "WebhookService.Deactivate", ready: func(x *matrixRun) ask {
		id := x.webhook()
		return func() (any, error) { return x.client.Webhooks.Deactivate(x.ctx, id, x.opt) }
	}},
	{name: "WebhookService.Activate", ready: func(x *matrixRun) ask {
		id := x.webhook()
		_, err := x.client.Webhooks.Deactivate(x.ctx, id)
		require.NoError(x.t, err)
		return func() (any, error) { return x.client.Webhooks.Activate(x.ctx, id, x.opt) }
	}},
	{name: "WebhookService.Ensure", ready: func(x *matrixRun) ask {
		return func() (any, error) {
			return x.client.Webhooks.Ensure(x.ctx, []espo.Webhook{
				{Event: espo.WebhookEvent{EntityType: "Account", Kind: espo.WebhookUpdate}, URL: "https://hooks.example/espo"},
			}, espo.EnsureWebhooksOptions{}, x.opt)
		}
	}},
	{name: "WebhookService.Failed", ready: func(x *matrixRun) ask {
		x.seed("WebhookQueueItem", espo.Attrs{"event": "Account.create", "status": "Failed", "data": espo.Attrs{"id": "1"}})
		return func() (any, error) { return espo.Collect(x.admin.Webhooks.Failed(x.ctx, espo.Query{}, x.opt)) }
	}},
}

// token logs in as the administrator.
func (x *matrixRun) token() *espo.TokenAuth {
	return espo.Token(espotest.AdminUser, espotest.AdminPassword, espo.OnToken(func(token string) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.secrets = append(x.secrets, token)
	}))
}
