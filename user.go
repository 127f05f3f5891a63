package espo

import (
	"context"
	"net/http"
)

// UserService has the records of the entity type User, their credentials and
// their preferences. Only administrators may create and change users.
type UserService struct {
	*RecordService[User]
}

// GenerateAPIKey gives an API user a new key, which is in the record that it
// returns; the old one is no longer valid. So is the secret key of a user with
// the authentication method HMAC.
//
// POST UserSecurity/apiKey/generate. For administrators. A user who is not an API
// user is [ErrForbidden].
func (s *UserService) GenerateAPIKey(ctx context.Context, id string, opts ...CallOption) (User, error) {
	if err := notEmpty("id", id); err != nil {
		return User{}, err
	}
	req := newRequest("User.generateAPIKey", http.MethodPost, "UserSecurity/apiKey/generate").json(Attrs{"id": id})
	return receiveRecord[User](ctx, s.client, with(req, opts))
}

// PasswordChange is a change of the caller's own password.
type PasswordChange struct {
	Current Secret
	New     Secret
}

// ChangePassword changes the caller's own password.
//
// PUT UserSecurity/password. A wrong current password is [ErrForbidden]; a new
// one that is weaker than the server's settings want is [ErrBadRequest] or
// [ErrForbidden]. Administrators set the password of another user with
// Update, as the attribute password.
func (s *UserService) ChangePassword(ctx context.Context, c PasswordChange, opts ...CallOption) error {
	if err := notEmpty("PasswordChange", string(c.Current), string(c.New)); err != nil {
		return err
	}
	req := newRequest("User.changePassword", http.MethodPut, "UserSecurity/password").json(Attrs{"currentPassword": c.Current, "password": c.New})
	req.effect = effectOnce // the second time, the current password is wrong
	return s.client.doTrue(ctx, with(req, opts))
}

// GeneratePassword gives a user a new password and sends it to the user by
// e-mail.
//
// POST UserSecurity/password/generate. For administrators. A user without an
// e-mail address is [ErrForbidden].
func (s *UserService) GeneratePassword(ctx context.Context, id string, opts ...CallOption) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	req := newRequest("User.generatePassword", http.MethodPost, "UserSecurity/password/generate").json(Attrs{"id": id})
	return s.client.doTrue(ctx, with(req, opts))
}

// SendPasswordRecovery sends a user a link by e-mail, with which the user can
// set a new password.
//
// POST UserSecurity/password/recovery. For administrators. A user without an
// e-mail address, and a server without SMTP settings, are [ErrServer].
func (s *UserService) SendPasswordRecovery(ctx context.Context, id string, opts ...CallOption) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	req := newRequest("User.sendPasswordRecovery", http.MethodPost, "UserSecurity/password/recovery").json(Attrs{"id": id})
	return s.client.doTrue(ctx, with(req, opts))
}

// PasswordRecovery names a user who has forgotten the password.
type PasswordRecovery struct {
	UserName     string
	EmailAddress string // of that user
}

// RequestPasswordChange asks, for somebody who has forgotten the password,
// for an e-mail with a link to set a new one. It sends no credentials.
//
// POST User/passwordChangeRequest. When there is no such user with that e-mail
// address, the error is [ErrNotFound].
func (s *UserService) RequestPasswordChange(ctx context.Context, r PasswordRecovery, opts ...CallOption) error {
	if err := notEmpty("PasswordRecovery", r.UserName, r.EmailAddress); err != nil {
		return err
	}
	req := newRequest("User.requestPasswordChange", http.MethodPost, "User/passwordChangeRequest")
	req.json(Attrs{"userName": r.UserName, "emailAddress": r.EmailAddress}).anonymous = true
	return s.client.doTrue(ctx, with(req, opts))
}

// PasswordReset is a new password with the id that the link of a recovery
// e-mail ends in.
type PasswordReset struct {
	RequestID Secret
	New       Secret
}

// ChangePasswordByRequest sets a new password, and returns the address of the
// page to log in at, if the server names one. It sends no credentials.
//
// POST User/changePasswordByRequest. A request that is not known, or no
// longer, is [ErrNotFound].
func (s *UserService) ChangePasswordByRequest(ctx context.Context, r PasswordReset, opts ...CallOption) (loginURL string, err error) {
	if err := notEmpty("PasswordReset", string(r.RequestID), string(r.New)); err != nil {
		return "", err
	}
	req := newRequest("User.changePasswordByRequest", http.MethodPost, "User/changePasswordByRequest")
	req.json(Attrs{"requestId": r.RequestID, "password": r.New}).anonymous = true
	reply, err := receive[loginPageReply](ctx, s.client, with(req, opts))
	return reply.URL.text, err
}

// ACL reads what a user may do.
//
// GET User/{id}/acl. For administrators, and for the user.
func (s *UserService) ACL(ctx context.Context, id string, opts ...CallOption) (ACL, error) {
	return receive[ACL](ctx, s.client, with(s.Ref(id).request("acl", http.MethodGet, "acl"), opts))
}

// RecordAccess is what somebody may do with a record.
type RecordAccess struct {
	Read   bool `json:"read,omitzero"`
	Edit   bool `json:"edit,omitzero"`
	Delete bool `json:"delete,omitzero"`
	Stream bool `json:"stream,omitzero"`

	// Extra holds the rights that this type does not name.
	Extra Attrs `json:",embed"`
}

// AccessTo is all users, those included who may do nothing, with what each may
// do with a record in RecordAccessLevels: GET {entityType}/{id}/usersAccess.
// EspoCRM 9.0 and later. A record that the caller may not read is
// [ErrForbidden].
func (s *UserService) AccessTo(ref Ref) *ListService[User] {
	return &ListService[User]{readOnly{client: s.client, operation: ref.Type + ".usersAccess", pattern: "{type}/{id}/usersAccess", args: []string{ref.Type, ref.ID}, needs: featureUsersAccess}}
}

// Preferences reads the settings of a user, such as timeZone, language and
// dateFormat. An attribute that is absent, or empty, is the server's own
// setting.
//
// GET Preferences/{id}. For the user, and for administrators.
func (s *UserService) Preferences(ctx context.Context, id string, opts ...CallOption) (Record, error) {
	return s.client.Records("Preferences").Get(ctx, id, as[GetOption](opts)...)
}

// UpdatePreferences changes exactly the given settings of a user, and returns
// all of them. Servers check few of the values: a time zone that does not
// exist is taken.
//
// PUT Preferences/{id}. For the user, and for administrators.
func (s *UserService) UpdatePreferences(ctx context.Context, id string, attrs Attrs, opts ...CallOption) (Record, error) {
	return s.client.Records("Preferences").Update(ctx, id, attrs, as[UpdateOption](opts)...)
}

// ResetPreferences gives a user the default settings, and returns them.
//
// DELETE Preferences/{id}. For the user, and for administrators.
func (s *UserService) ResetPreferences(ctx context.Context, id string, opts ...CallOption) (Record, error) {
	return receiveRecord[Record](ctx, s.client, with(s.client.Records("Preferences").table.request("reset", http.MethodDelete, id), opts))
}
