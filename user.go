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
// POST UserSecurity/apiKey/generate. For administrators. A user who is no API
// user is [ErrForbidden].
func (s *UserService) GenerateAPIKey(ctx context.Context, id string) (User, error) {
	if err := notEmpty("id", id); err != nil {
		return User{}, err
	}
	return invokeRecord[User](ctx, s.client, http.MethodPost, Attrs{"id": id}, "UserSecurity", "apiKey", "generate")
}

// ChangePassword changes the caller's own password.
//
// PUT UserSecurity/password. A wrong current password is [ErrForbidden]; a new
// one that is weaker than the server's settings want is [ErrBadRequest] or
// [ErrForbidden]. Administrators set the password of another user with
// Update, as the attribute password.
func (s *UserService) ChangePassword(ctx context.Context, current, replacement Secret) error {
	if err := notEmpty("password", string(current), string(replacement)); err != nil {
		return err
	}
	req, err := newRequest(http.MethodPut, "UserSecurity", "password")
	if err != nil {
		return err
	}
	req.body = Attrs{"currentPassword": current, "password": replacement}
	req.effect = effectOnce // the second time, the current password is wrong
	return s.client.doTrue(ctx, req)
}

// GeneratePassword gives a user a new password and sends it to the user by
// e-mail.
//
// POST UserSecurity/password/generate. For administrators. A user without an
// e-mail address is [ErrForbidden].
func (s *UserService) GeneratePassword(ctx context.Context, id string) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	return s.client.invokeTrue(ctx, http.MethodPost, Attrs{"id": id}, "UserSecurity", "password", "generate")
}

// SendPasswordRecovery sends a user a link by e-mail, with which the user can
// set a new password.
//
// POST UserSecurity/password/recovery. For administrators. A user without an
// e-mail address, and a server without SMTP settings, are [ErrServer].
func (s *UserService) SendPasswordRecovery(ctx context.Context, id string) error {
	if err := notEmpty("id", id); err != nil {
		return err
	}
	return s.client.invokeTrue(ctx, http.MethodPost, Attrs{"id": id}, "UserSecurity", "password", "recovery")
}

// RequestPasswordChange asks, for somebody who has forgotten the password,
// for an e-mail with a link to set a new one. It sends no credentials.
//
// POST User/passwordChangeRequest. When there is no such user with that e-mail
// address, the error is [ErrNotFound].
func (s *UserService) RequestPasswordChange(ctx context.Context, userName, emailAddress string) error {
	if err := notEmpty("userName or emailAddress", userName, emailAddress); err != nil {
		return err
	}
	req, err := newRequest(http.MethodPost, "User", "passwordChangeRequest")
	if err != nil {
		return err
	}
	req.body, req.anonymous = Attrs{"userName": userName, "emailAddress": emailAddress}, true
	return s.client.doTrue(ctx, req)
}

// ChangePasswordByRequest sets a new password with the id that the link of a
// recovery e-mail ends in, and returns the address of the page to log in at,
// if the server names one. It sends no credentials.
//
// POST User/changePasswordByRequest. A request that is not known, or no
// longer, is [ErrNotFound].
func (s *UserService) ChangePasswordByRequest(ctx context.Context, requestID, password Secret) (string, error) {
	if err := notEmpty("requestID or password", string(requestID), string(password)); err != nil {
		return "", err
	}
	req, err := newRequest(http.MethodPost, "User", "changePasswordByRequest")
	if err != nil {
		return "", err
	}
	req.body, req.anonymous = Attrs{"requestId": requestID, "password": password}, true
	reply, err := receive[loginPageReply](ctx, s.client, req)
	return reply.URL.text, err
}

// ACL reads what a user may do.
//
// GET User/{id}/acl. For administrators, and for the user.
func (s *UserService) ACL(ctx context.Context, id string) (ACL, error) {
	return get[ACL](ctx, s.client, nil, "User", id, "acl")
}

// UserAccess is a user with what the user may do with a record.
type UserAccess struct {
	User

	Access struct {
		Read   bool `json:"read"`
		Edit   bool `json:"edit"`
		Delete bool `json:"delete"`
		Stream bool `json:"stream"`
	} `json:"recordAccessLevels"`
}

// AccessTo reads one page of users, those included who may do nothing, with
// what each may do with a record.
//
// GET {entityType}/{id}/usersAccess. A record that the caller may not read is
// [ErrForbidden].
func (s *UserService) AccessTo(ctx context.Context, ref Ref, q Query, opts ...CallOption) (Page[UserAccess], error) {
	return listPage[UserAccess](ctx, s.client, q, opts, ref.Type, ref.ID, "usersAccess")
}

// Teams is the teams of a user; the column of the link is role, the position
// that the user has in a team: User/{id}/teams.
func (s *UserService) Teams(id string) *RelatedService[Team] {
	return Related[Team](s.client, "User", id, "teams")
}

// Preferences reads the settings of a user, such as timeZone, language and
// dateFormat. An attribute that is absent, or empty, is the server's own
// setting.
//
// GET Preferences/{id}. For the user, and for administrators.
func (s *UserService) Preferences(ctx context.Context, id string) (Record, error) {
	return s.client.Records("Preferences").Get(ctx, id)
}

// UpdatePreferences changes exactly the given settings of a user, and returns
// all of them. Servers check few of the values: a time zone that does not
// exist is taken.
//
// PUT Preferences/{id}. For the user, and for administrators.
func (s *UserService) UpdatePreferences(ctx context.Context, id string, attrs Attrs) (Record, error) {
	return s.client.Records("Preferences").Update(ctx, id, attrs)
}

// ResetPreferences gives a user the default settings, and returns them.
//
// DELETE Preferences/{id}. For the user, and for administrators.
func (s *UserService) ResetPreferences(ctx context.Context, id string) (Record, error) {
	return invokeRecord[Record](ctx, s.client, http.MethodDelete, nil, "Preferences", id)
}
